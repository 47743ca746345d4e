"""What the course handed out itself: judged as all the rest is, told in a note where it fails, charged to nobody."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.harness.handout import FAST
from gradproof.conformance.spec.asked.shipped import shipped_folder
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.english_edits import IN_BRACKETS
from gradproof.conformance.spec.english_phrases import STATUS
from gradproof.conformance.spec.findings import Kind, Thing, found
from gradproof.conformance.spec.words.said import NAMES, joined, say

TAKES = "not judged: {function}{got} takes something else than {expected}"
MISFIT = "not judged: {contract}, which the adapter does not fit: {reason}"
ALONE = "not judged: {function}({parameters}), whose forward is not there"
GIVES = "not judged: {contract} gives an object of the class {type} and no array"
MESSAGES = (TAKES, MISFIT, ALONE, GIVES)
CACHE = "cache"  # what the forward of a course hands on

if TYPE_CHECKING:
    from gradproof.conformance.harness.loader import Inventory


def handed_out(inventory: "Inventory", contracts: Iterable[Contract], is_assigned: bool) -> frozenset[str]:
    """The contracts of which a submission has no function of its own.

    Where an assignment counts points, what stands in for others' failures is no more than the fast layers: a submission
    is not believed that its other functions are the course's.
    """
    given = {name for name in inventory.handed_out if name.endswith(FAST) or not is_assigned}
    offered = {*inventory.functions, *inventory.broken}
    own = {contract.name: offered.intersection(contract.own_functions()) for contract in contracts}
    return frozenset(name for name, functions in own.items() if functions and functions <= given)


def excused(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results of a contract that is the course's own: what fails is not made."""
    return tuple(_excused(result) if result.status.is_bad else result for result in results)


def _excused(result: Result) -> Result:
    told = found(Kind.HANDED_OUT, check=result.check, status=result.status.value)
    plain = replace(result, status=Status.SKIPPED, findings=(told,), worst=None)
    return replace(plain, hint="", diagnosis=None, replay=None)


def without(
    attributed: Mapping[str, tuple[Result, ...]], handed: frozenset[str]
) -> tuple[tuple[Result, ...], list[str]]:
    """The results without those of handed-out contracts that do not all pass, and the line that says so."""
    left_out = {name: results for name, results in attributed.items() if name in handed and not _all_pass(results)}
    kept = tuple(result for name, results in attributed.items() if name not in left_out for result in results)
    return kept, [_note(left_out)] if left_out else []


def without_others(
    attributed: Mapping[str, tuple[Result, ...]], offered: frozenset[str], inventory: "Inventory"
) -> tuple[dict[str, tuple[Result, ...]], list[str]]:
    """The results without those of functions that only share a name with what is meant, and a line for each contract.

    What is asked for, by an assignment or by its name, is meant: there a function that is something else is wrong.
    """
    told = {name: _something_else(name, all_, inventory) for name, all_ in attributed.items() if name in offered}
    kept = {name: results for name, results in attributed.items() if not told.get(name)}
    return kept, [words for words in told.values() if words]


def _something_else(name: str, results: Sequence[Result], inventory: "Inventory") -> str:
    """Why the functions of a contract are something else, if one of its findings says so."""
    for each in (finding for result in results if result.required for finding in result.findings):
        if each.kind == Kind.SIGNATURE and not each.got:
            return say(MISFIT, contract=name, reason=each["reason"])
        if each.kind == Kind.SIGNATURE and name not in _asked_for():
            return say(TAKES, function=each.function, got=each.got, expected=each.expected)
        backward = each.function.replace("_forward", "_backward")
        parameters = inventory.parameters.get(backward, CACHE)
        if each.kind == Kind.MISSING and backward != each.function and CACHE not in parameters:
            return say(ALONE, function=backward, parameters=parameters)
        if isinstance(each.got, Thing) and each.got.kind == "other" and each.got.type[:1].isupper():
            return say(GIVES, contract=name, type=each.got.type)
    return ""


@cache
def _asked_for() -> frozenset[str]:
    """The contracts that a shipped assignment asks for: a course has its students write these functions."""
    texts = (file.read_text(encoding="utf-8") for file in shipped_folder("assignments").glob("*.toml"))
    return frozenset(name for text in texts for name in tomllib.loads(text)["contracts"])


def _all_pass(results: Sequence[Result]) -> bool:
    return all(result.status == Status.PASSED or not result.required for result in results)


def _note(left_out: Mapping[str, Sequence[Result]]) -> str:
    names = joined(NAMES, _told(left_out))
    return say("handed out by the course, and so not judged here: {names}", names=names)


def _told(left_out: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    for name, results in left_out.items():
        findings = [f for r in results if r.required for f in r.findings if f.kind == Kind.HANDED_OUT]
        failed = joined(
            NAMES, (say("{check} {status}", check=f.check, status=say(STATUS[f["status"]])) for f in findings)
        )
        yield say(IN_BRACKETS, before=name, after=failed) if failed else name
