"""Which cases a submission is asked: secret ones, the class's or its own; or the public ones, if that is asked for."""

import hashlib
import hmac
import secrets

from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet
from gradproof.conformance.sandbox.key import VARIABLE
from gradproof.conformance.spec.words.said import NAMES, joined, say

OF_ASSIGNMENT, OF_EACH = "the seed of the assignment", "the cases of its own that the assignment draws for each"
MESSAGES = (OF_ASSIGNMENT, OF_EACH)
LEAST_KEY = 16  # characters
SECRET_BITS = 52  # of a seed: too many to try, and whole in the numbers of every reader of JSON


def fresh_seed() -> int:
    """A suite seed that nobody knows."""
    return 1 + secrets.randbelow((1 << SECRET_BITS) - 1)


def is_public(seed: int) -> bool:
    """Whether the cases of a seed come with gradproof, with their answers."""
    return seed == FixtureSet.open(COMMITTED).seed


def of_class(
    assignment: Assignment, fixtures: FixtureSet | None, asked: int | None, are_public: bool, kept: int | None
) -> int:
    """The suite seed of a class.

    Args:
        assignment: may name one.
        fixtures: a set that the instructor gives; its seed it is then.
        asked: the seed that the instructor asks for.
        are_public: whether the cases that come with gradproof are asked for.
        kept: that of the grading that is resumed.

    Raises:
        UsageError: if several are asked for, or public cases are given and not asked for.
    """
    names = {
        "--fixtures": fixtures is not None and not are_public,
        "--seed": asked is not None,
        "--public-cases": are_public,
        say(OF_ASSIGNMENT): assignment.seed is not None and fixtures is None,
        say(OF_EACH): assignment.seeds.policy == "per-submission",
    }
    several = [name for name, is_asked in names.items() if is_asked]
    if len(several) > 1:
        raise UsageError(say("{names}: only one can say which cases are asked", names=joined(NAMES, several)))
    public = FixtureSet.open(COMMITTED).seed
    if fixtures is not None:
        if fixtures.seed == public and not are_public:
            raise UsageError(
                say(
                    "--fixtures {folder}: its cases are those that come with gradproof; make a private set with "
                    "'gradproof fixtures regenerate --seed SECRET --out DIR', or say --public-cases",
                    folder=fixtures.folder,
                )
            )
        return fixtures.seed
    if are_public or assignment.seeds.policy == "per-submission":
        return public
    named = [seed for seed in (asked, assignment.seed, kept) if seed is not None]
    return named[0] if named else fresh_seed()


def own_seed(key: str, submission: str, digest: str) -> int:
    """The suite seed of one hand-in, of HMAC-SHA256(key, name and digest): what is handed in anew is asked anew."""
    message = f"{submission}\0{digest}".encode(errors="surrogateescape")
    mac = hmac.new(key.encode(), message, hashlib.sha256).digest()
    return int.from_bytes(mac[:8], "big") >> (64 - SECRET_BITS)


def require_key(key: str | None) -> str:
    """The master key of an assignment with secret cases for each submission. Raises UsageError if it is no secret."""
    if key is None or len(key) < LEAST_KEY:
        raise UsageError(
            say(
                "the assignment draws secret cases for each submission: set {variable} to {least} characters "
                "or more that nobody knows, the same ones on every run",
                variable=VARIABLE,
                least=LEAST_KEY,
            )
        )
    return key


def fingerprint(text: str) -> str:
    """A few digits by which the same text is known again, and from which it cannot be told."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
