"""What of a finding a student may be told where the cases are secret.

Whatever a submission says or gives can carry the case that it was asked: words, names, shapes, types, numbers, a class
called by its inputs. So nothing of a finding is told unless it is on a list here: facts that the suite made itself, and
of the submission's own words those that are among a few that the suite knows.
"""

import builtins
from dataclasses import replace
from functools import cache
from typing import Self

from gradproof.conformance.harness.wire import DTYPES
from gradproof.conformance.spec.contracts import all_contracts, function_names
from gradproof.conformance.spec.english_phrases import MEANT, OWN_CLASS
from gradproof.conformance.spec.findings import DIGITS, FROM_OUTSIDE, Finding, Kind, Raised, Thing
from gradproof.conformance.spec.words.said import Said, parts

CONCEALED = "\N{HORIZONTAL ELLIPSIS}"
MOST_DIGITS = 2  # of a name that is known but for its numbers, such as ``running_mean_2``
SUFFIX = " (without y)"

# Made by the suite, whatever the submission did. What is not here is not told.
OWN_FACTS = frozenset(
    (
        *("names", "wrong", "compared", "shared", "objective", "inputs", "checks", "status", "lacking", "records"),
        *("tried", "passes", "again", "cases", "steps", "size", "p", "keep", "convention", "calls", "lines", "same"),
        *("seconds", "how", "signal", "hash_seed", "setting", "mode", "held"),
    )
)
NUMPY_EXCEPTIONS = ("AxisError", "ComplexWarning", "LinAlgError", "TooHardError", "UFuncTypeError", "_ArrayMemoryError")
EXCEPTIONS = frozenset(
    (
        *(name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)),
        *NUMPY_EXCEPTIONS,
        *("_UFuncNoLoopError", "_UFuncBinaryResolutionError", "_UFuncInputCastingError", "_UFuncOutputCastingError"),
    )
)
NOTHINGS = ("None", "NotImplemented", "Ellipsis")


def discreet(finding: Finding) -> Finding:
    """The finding without what a submission could have put into it, and without what would tell the case's values."""
    return replace(
        finding,
        function=_known(finding.function),
        observation=_known(finding.observation),
        expected=_expected(finding),
        got=_got(finding),
        error=None,
        exception=_exception(finding.exception),
        facts=tuple((name, _fact(finding, name, value)) for name, value in finding.facts),
    )


def _expected(finding: Finding) -> object:
    """What was meant: a worker may tell of it in words that the suite knows."""
    if "expected" in finding.secret:
        return Hidden()
    if finding.kind not in FROM_OUTSIDE or finding.expected is None:
        return finding.expected
    if isinstance(finding.expected, tuple):
        return tuple(map(_known, finding.expected))
    return _known(finding.expected)


def _got(finding: Finding) -> object:
    got = finding.got
    if got is None or (isinstance(got, Thing) and got.kind == "nothing" and got.type in NOTHINGS):
        return got
    return Hidden()


def _exception(raised: Raised | None) -> Raised | None:
    """Its type, if everybody has it, and the line, which is one of the submission's own."""
    if raised is None:
        return None
    return replace(raised, type=raised.type if raised.type in EXCEPTIONS else OWN_CLASS, text="", advice="")


def _fact(finding: Finding, name: str, value: object) -> object:
    if isinstance(value, Finding):
        return discreet(value)
    if name in finding.secret:
        return Hidden()
    is_ours = name in OWN_FACTS or (name == "reason" and finding.kind == Kind.LOST)
    if name == "option":
        return _known(value)
    is_told_by_its_names = name == "count" and finding.kind == Kind.RETURNS and _names_are(finding.expected, value)
    is_ours |= name == "count" and finding.kind not in FROM_OUTSIDE
    return value if value is None or is_ours or is_told_by_its_names else Hidden()


def _names_are(expected: object, count: object) -> bool:
    return isinstance(expected, tuple) and len(expected) == count and Hidden() not in map(_known, expected)


def _known(text: object) -> str:
    """A text that the suite has itself, but for small numbers in it; names may be listed."""
    if not isinstance(text, str):
        return Hidden()
    parts = text.removesuffix(SUFFIX).split(", ")
    ours = _texts(function_names())
    is_known = text in ours or all(_without_numbers(part) in ours for part in parts)
    return text if is_known else Hidden()


def _without_numbers(name: str) -> str:
    return DIGITS.sub(lambda match: "#" if len(match[0]) <= MOST_DIGITS else match[0], name)


@cache
def _texts(_of_contracts: frozenset[str]) -> frozenset[str]:
    """Names of the canonical API and of what is observed, as they are and without their numbers; signatures.

    They are made once for the contracts that are known: those that have these functions.
    """
    functions = [function for contract in all_contracts() for function in contract.functions]
    names = {name for function in functions for name in (function.name, *function.takes, *function.returns)}
    for contract in all_contracts():
        names.update(contract.observes, contract.gradients, contract.gradients.values(), contract.updates)
        names.update(f"{name}#" for name in contract.also)
    names.update(("", "X", "y", "params", "grads", "dws", "dbs", *MEANT, *LISTS, *DTYPES))
    names.update(f"{attribute}[#]" for attribute in ("weights", "bias", "biases"))
    names.update(form.format(name[1:]) for name in [*names] if name.startswith("d") for form in ("{}", "params[{!r}]"))
    signatures = {function.signature() for function in functions}
    return frozenset((*names, *map(_without_numbers, names), *signatures))


LISTS = ("list_of_arrays", "arrays_one_a_layer", "losses_one_a_step")


class Words(Said):
    """Words that a submission had a hand in, or that tell a number of it; ``discreet`` says the same without that."""

    discreet: str

    def __new__(cls, words: str, discreet: str) -> Self:
        """The words, and those for whoever may not know the cases."""
        made = super().__new__(cls, *parts(words))
        made.discreet = discreet
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return frank_words(self), self.discreet


def discreet_words(words: str) -> str:
    """Words for whoever may not know the cases."""
    return words.discreet if isinstance(words, Words) else words


def frank_words(words: str) -> str:
    """Words for whoever may know them, and no others beside them."""
    return Said(*parts(words)) if isinstance(words, Words) else words


class Hidden(str):
    """What stands for something concealed, however its sentence would have written it."""

    __slots__ = ()

    def __new__(cls) -> "Hidden":
        """The sign that something was left out."""
        return super().__new__(cls, CONCEALED)

    def __getnewargs__(self) -> tuple[()]:  # type: ignore[override]
        return ()  # it travels with a result to the process that writes it down

    def __format__(self, _spec: str) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)
