"""The answers that a class shares: computed once a run, or read from a fixture set that is there."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.errors import FixtureError, UsageError, install
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet
from gradproof.conformance.oracle.oracle import DEFAULT_CASES
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.words.said import say

FOLDER = "answers"


def given(assignment: Assignment, folder: Path) -> FixtureSet:
    """The set that the instructor gives. Raises UsageError if it has another seed or too few cases."""
    fixtures = FixtureSet.open(folder)
    if assignment.seed is not None and fixtures.seed != assignment.seed:
        raise UsageError(
            say(
                "--fixtures {folder} has seed {seed}, the assignment asks for {asked}",
                folder=folder,
                seed=fixtures.seed,
                asked=assignment.seed,
            )
        )
    if lacking := _lacks(fixtures, assignment):
        raise UsageError(
            say(
                "--fixtures {folder} has no cases of {names}, which the assignment needs",
                folder=folder,
                names=", ".join(lacking),
            )
        )
    if not _has_enough(fixtures, assignment):
        raise UsageError(
            say(
                "--fixtures {folder} has fewer cases than the {cases} that the assignment asks",
                folder=folder,
                cases=assignment.cases,
            )
        )
    return fixtures


def known(assignment: Assignment, seed: int, out: Path) -> FixtureSet | None:
    """The set of a seed that is there: the committed one if it fits, or one that was made in ``out``.

    Raises:
        UsageError: if there is none and none can be made.
    """
    for folder in (COMMITTED, out / FOLDER):
        try:
            fixtures = FixtureSet.open(folder)
        except FixtureError:
            continue
        if fixtures.seed == seed and _has_enough(fixtures, assignment):
            return fixtures
    require_torch()
    return None


def computed(
    assignment: Assignment, seed: int, out: Path, tick: Callable[[str], None] = lambda _name: None
) -> FixtureSet:
    """A set made in ``out``, of what the assignment needs. ``tick`` is told each contract as it is done."""
    from gradproof.conformance.oracle import golden

    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    (out / FOLDER).chmod(0o700)
    contracts = [contract_named(name) for name in needed(assignment)]
    return golden.regenerate(out / FOLDER, seed, assignment.cases or DEFAULT_CASES, tick, contracts)


def require_torch() -> None:
    """Raise UsageError, with what else there is, where nothing can answer secret cases."""
    if find_spec("torch") is None:
        raise UsageError(
            say(
                "secret cases are drawn for the class, and torch, which answers them, is not installed "
                "({command}); where it is, 'gradproof fixtures regenerate --seed SECRET --out DIR' makes a "
                "private set, which --fixtures DIR takes without torch; --public-cases grades by the cases that "
                "come with gradproof, whose answers a hand-in may hold",
                command=install("reference"),
            )
        )


def needed(assignment: Assignment) -> tuple[str, ...]:
    """The contracts of an assignment, and those that they build on, which may explain a failure."""
    names = dict.fromkeys(assignment.contracts)
    waiting = list(names)
    while waiting:
        below = [name for name in contract_named(waiting.pop()).builds_on if name not in names]
        names.update(dict.fromkeys(below))
        waiting.extend(below)
    return tuple(names)


def _has_enough(fixtures: FixtureSet, assignment: Assignment) -> bool:
    return int(fixtures.manifest["cases_per_contract"]) >= (assignment.cases or DEFAULT_CASES) and not _lacks(
        fixtures, assignment
    )


def _lacks(fixtures: FixtureSet, assignment: Assignment) -> list[str]:
    """The contracts that the assignment needs and the set has no cases of: those from outside, if it is an old one."""
    recorded = {name for counts in fixtures.manifest["cases"].values() for name in counts}
    return [name for name in needed(assignment) if name not in recorded]
