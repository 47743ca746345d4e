"""Which failure below explains one above, and whether it is seen to: an excuse is shown where it can be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from gradproof.conformance.checks.points import OF_VALUES
from gradproof.conformance.checks.records import CaseRecord, ContractRun
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.checks.table import CHECKS, check_named
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import CheckName


class When(Enum):
    """On what an edge of blame depends."""

    ALWAYS = "the cause failed"
    SAME_SUBJECT = "the cause complains of the same value or function"
    UNMADE = "the cause kept the layer's own check of that name from being made"


@dataclass(frozen=True)
class Edge:
    """A failure of ``cause`` in a contract below explains one of ``effect`` in a contract that builds on it."""

    cause: str
    effect: str
    when: When


def edges(contract: Contract) -> tuple[Edge, ...]:
    """What may explain a contract's failures, of every contract below it.

    The same check does, or one that it depends on. A failure of the interface does if it kept the layer's own check
    from being made, if the complaint is about the same value, or if the contract has no functions of its own. A
    contract that borrows a forward is not excused by the backward that it does not use.
    """
    borrows_forwards = bool(contract.borrowed) and not contract.transplants
    unused = (CheckName.GRADIENT, CheckName.FINITE_DIFFERENCE) if borrows_forwards else ()
    return tuple(
        Edge(cause, effect, when)
        for effect in CheckName
        for cause, when in _causes(effect, has_own=bool(contract.own_functions()))
        if cause not in unused
    )


def _causes(effect: str, has_own: bool) -> Iterator[tuple[str, When]]:
    yield from ((cause, When.ALWAYS) for cause in (effect, *dependencies(effect)) if cause != CheckName.INTERFACE)
    if effect != CheckName.INTERFACE:
        yield CheckName.INTERFACE, When.UNMADE
    else:
        yield CheckName.INTERFACE, When.SAME_SUBJECT if has_own else When.ALWAYS


@cache
def dependencies(check: str) -> frozenset[str]:
    """The checks whose failure explains one of this check, directly or by way of others."""
    direct = next((*row.after, *row.yields_to, *row.within) for row in CHECKS if row.name == check)
    return frozenset(direct).union(*map(dependencies, direct))


Found = Mapping[str, tuple[tuple[Result, ...], ContractRun | None]]  # of contracts below: results, and their cases


def explanations(effect: Result, above: ContractRun | None, contract: Contract, below: Found) -> list[Result]:
    """For each contract below that explains this failure, its first failure that does."""
    towards = {edge.cause: edge.when for edge in edges(contract) if edge.effect == effect.check}
    causes = []
    for results, exam in (below[name] for name in contract.builds_on if name in below):
        each = {result.check: result for result in results if result.required}
        cause = next((result for result in each.values() if _explains(result, effect, each, towards)), None)
        if cause is not None and not _is_refuted(effect, above, exam):
            causes.append(cause)
    return causes


def _explains(cause: Result, effect: Result, below: Mapping[str, Result], towards: Mapping[str, When]) -> bool:
    """Whether a failure below explains one above, by the edge between them."""
    if not cause.status.is_bad:
        return False
    match towards.get(cause.check):
        case When.ALWAYS:
            return True
        case When.SAME_SUBJECT:
            return effect.findings[0].subject == cause.findings[0].subject
        case When.UNMADE:
            own = below.get(effect.check)
            return own is not None and own.status == Status.SKIPPED
    return False


def _is_refuted(effect: Result, above: ContractRun | None, below: ContractRun | None) -> bool:
    """Whether a failure is there as well where what is to explain it does not show, so that it does not."""
    check = check_named(effect.check)
    if above is None or below is None or check is None or effect.check not in (*OF_VALUES, CheckName.STABILITY):
        return False
    if below.contract.transplants and _is_wrong_in_more(effect.check, above, below):
        return True
    apart = above.only([record for record in above.records if not _may_show(record, below)])
    return check.judge(apart, frozenset()).status.is_bad


def _may_show(record: CaseRecord, below: ContractRun) -> bool:
    """Whether a failure below can be seen in a case above.

    What a contract borrows is there to be compared. Of a network, what goes wrong with its penalty alone is no reason
    where there is none.
    """
    contract = record.contract
    if below.contract.transplants:
        is_of_penalty = all(_has_penalty(each) for each in below.records if _wrong_names(each))
        return _has_penalty(record) or not is_of_penalty
    if takes_a_cache(contract, contract.borrowed):
        returned = {name for f in contract.functions if f.name in contract.borrowed for name in f.returns}
        has_raised = record.error is not None and record.error.function in contract.borrowed
        return has_raised or not returned.isdisjoint(_wrong_names(record))
    return True


def takes_a_cache(contract: Contract, replaced: tuple[str, ...]) -> bool:
    """Whether a function that stays is given a cache by one that is replaced."""
    gives = any("cache" in function.returns for function in contract.functions if function.name in replaced)
    return gives and any("cache" in f.takes for f in contract.functions if f.name not in replaced)


def _is_wrong_in_more(check: str, above: ContractRun, below: ContractRun) -> bool:
    """Whether a network has values wrong of a kind (dW, db) that another with right scores has always right."""
    wrong = {_kind(name) for each in below.records for name in _wrong_names(each)}
    right = {_kind(name) for each in below.records for name in each.answer.values} - wrong
    found = {
        _kind(name)
        for each in above.records
        for name in _wrong_names(each)
        if each.contract.judge_of(each.case, name) == check
    }
    are_alike = bool(above.contract.gradients) and bool(below.contract.gradients)
    return are_alike and _kind(next(iter(below.contract.observes))) in right and not found.isdisjoint(right)


def _kind(observation: str) -> str:
    """Networks of one class may have different depths."""
    return observation.rstrip("0123456789")


def _wrong_names(record: CaseRecord) -> set[str]:
    """The observations that are not there or not right."""
    right = {name for name, comparison in record.comparisons.items() if comparison.is_right}
    return set(record.answer.values) - right


def _has_penalty(record: CaseRecord) -> bool:
    return bool(record.case.scalar_options().get("reg"))
