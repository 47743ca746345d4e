"""What the course handed out itself: judged as all the rest is, told in a note where it fails, charged to nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.harness.handout import FAST
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.english_edits import IN_BRACKETS
from gradproof.conformance.spec.english_phrases import STATUS
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words.said import NAMES, joined, say

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


def without_helpers(
    attributed: Mapping[str, tuple[Result, ...]], shorthands: frozenset[str]
) -> tuple[dict[str, tuple[Result, ...]], list[str]]:
    """The results without those of helpers that only have the name of a shorthand, and a line for each of them."""
    refused = {
        name: next((f for result in results for f in result.findings if f.kind == Kind.SIGNATURE), None)
        for name, results in attributed.items()
        if name in shorthands
    }
    told: list[str] = [
        say(
            "not judged: {function}{got} takes something else than {expected}",
            **{"function": each.function, "got": each.got, "expected": each.expected},
        )
        for each in refused.values()
        if each is not None
    ]
    return {name: results for name, results in attributed.items() if refused.get(name) is None}, told


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
