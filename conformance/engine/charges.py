"""What mistakes cost: one that has a name half of a contract's points at most, and once over the whole submission."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradproof.conformance.checks.points import OF_VALUES
from gradproof.conformance.checks.results import Result, Status

MOST_LOST = 0.5  # of a contract's points, to one mistake that has a name

Mistake = frozenset[str]  # the names that the cases do not tell apart


@dataclass(frozen=True)
class Cost:
    """What a mistake cost, and where. One without a name is told by the check that charges it."""

    mistake: str
    points: float
    where: tuple[str, ...]


def settled(results: Sequence[Result], is_strict: bool = False) -> tuple[Result, ...]:
    """The results with the points that are due in the end.

    Args:
        results: of all contracts.
        is_strict: whether a mistake that has a name may cost all of a contract's points.
    """
    if not is_strict:
        results = [each for contract in _by_contract(results).values() for each in _halved(contract, results)]
    return tuple(_charged_once(results))


def costs(results: Sequence[Result]) -> tuple[Cost, ...]:
    """What each mistake cost, the dearest first."""
    lost: dict[str, list[Result]] = {}
    for result in results:
        if result.points < result.max_points:
            cause = _cause(result, results)
            name = cause.diagnosis or f"{cause.contract}.{cause.check}"
            lost.setdefault(name, []).append(result)
    told = (
        Cost(name, sum(map(_lost, each)), tuple(f"{r.contract}.{r.check}" for r in each)) for name, each in lost.items()
    )
    return tuple(sorted(told, key=lambda cost: -cost.points))


def _halved(contract: Sequence[Result], every: Sequence[Result]) -> Iterator[Result]:
    """The results of a contract, of which a mistake that has a name has at most half; all, if nothing is right."""
    most = MOST_LOST * sum(result.max_points for result in contract)
    named = {result.check: _mistakes(result, every) for result in contract}
    lost: dict[tuple[Mistake, ...], float] = {}
    for result in contract:
        lost[named[result.check]] = lost.get(named[result.check], 0.0) + _lost(result)
    for result in contract:
        mistakes = named[result.check]
        limit = most * len(mistakes)
        if not mistakes or lost[mistakes] <= limit or _is_all_wrong(contract):
            yield result
        else:
            yield replace(result, points=result.max_points - _lost(result) * limit / lost[mistakes])


def _is_all_wrong(contract: Iterable[Result]) -> bool:
    right = [result.right for result in contract if result.check in OF_VALUES and result.right is not None]
    return bool(right) and not any(right)


def _charged_once(results: Sequence[Result]) -> Iterator[Result]:
    """The results, those with their points back that were lost to mistakes that cost more, or as much, elsewhere."""
    named = [_mistakes(result, results) for result in results]
    lost: dict[Mistake, dict[str, float]] = {}
    for result, mistakes in zip(results, named, strict=True):
        for mistake in mistakes:
            of_contract = lost.setdefault(mistake, {})
            of_contract[result.contract] = of_contract.get(result.contract, 0.0) + _lost(result)
    payers = {mistake: max(each, key=lambda name: each[name]) for mistake, each in lost.items()}
    for result, mistakes in zip(results, named, strict=True):
        is_elsewhere = bool(mistakes) and all(payers[mistake] != result.contract for mistake in mistakes)
        yield replace(result, points=result.max_points) if is_elsewhere else result


def _mistakes(result: Result, results: Sequence[Result]) -> tuple[Mistake, ...]:
    """The mistakes that have a name behind what a result lost."""
    diagnosis = _cause(result, results).diagnosis if result.points < result.max_points else None
    every = {r.diagnosis for r in results if r.diagnosis}
    return tuple(_alike(name, every) for name in diagnosis.split("+")) if diagnosis else ()


def _alike(name: str, diagnoses: Iterable[str]) -> Mistake:
    """All that a name may stand for: ``a`` is one mistake with the ``a|b`` of another contract, and that with ``b``."""
    same = frozenset(name.split("|"))
    others = [frozenset(group.split("|")) for each in diagnoses for group in each.split("+")]
    while grown := [other for other in others if same & other and not other <= same]:
        same = same.union(*grown)
    return same


def _cause(result: Result, results: Sequence[Result]) -> Result:
    """The result that is to blame for one that was skipped, or the result itself."""
    seen = {(result.contract, result.check)}
    while result.status == Status.SKIPPED and not result.diagnosis:
        told = next((f for f in result.findings if f.check), None)
        at = (told.contract or result.contract, told.check) if told else None
        cause = next((r for r in results if (r.contract, r.check) == at), None) or _only_failure(result, results)
        if cause is None or (cause.contract, cause.check) in seen:
            return result
        seen.add((cause.contract, cause.check))
        result = cause
    return result


def _only_failure(result: Result, results: Sequence[Result]) -> Result | None:
    """What is bad in the contract, if that is one thing, or all of it is put down to one mistake."""
    bad = [r for r in results if r.contract == result.contract and r.status.is_bad and r.required]
    is_one = len(bad) == 1 or (len({r.diagnosis for r in bad}) == 1 and bad[0].diagnosis is not None)
    return bad[0] if is_one else None


def _by_contract(results: Iterable[Result]) -> dict[str, list[Result]]:
    grouped: dict[str, list[Result]] = {}
    for result in results:
        grouped.setdefault(result.contract, []).append(result)
    return grouped


def _lost(result: Result) -> float:
    return result.max_points - result.points
