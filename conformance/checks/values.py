"""The check of values: what came back against the reference, within the yardstick, and what a contract asks beyond."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from gradproof.conformance.checks import points
from gradproof.conformance.checks.records import CaseRecord, ContractRun, Verdict, complaint, errored, skipped
from gradproof.conformance.checks.results import Status, Worst
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.findings import Finding, Kind, found
from gradproof.conformance.spec.words.said import say

ENOUGH = 5  # cases, of which something that the failing ones have in common is said
ENOUGH_OF_ONE = 2  # failing ones, of which it is said that an axis has a single entry

Failure = tuple[CaseRecord, str, yardstick.Comparison]  # a case, and what is wrong in it


def judge_values(
    check: str, exam: ContractRun, unmet: frozenset[str] = frozenset(), within: tuple[str, ...] = ()
) -> Verdict:
    """The observations equal the reference's within the yardstick; and the contract's own properties hold.

    The smallest case that fails is told; cases in which the submission raised come after those with wrong values. Cases
    that are wrong by a check of ``within`` are left out.
    """
    records = [record for record in exam.records if not any(record.is_wrong(other) for other in within)]
    right = points.share_right(check, exam, records, unmet)
    return replace(_judged(check, exam, records, unmet, within), right=right)


def _judged(
    check: str, exam: ContractRun, records: Sequence[CaseRecord], unmet: frozenset[str], within: tuple[str, ...]
) -> Verdict:
    compared = {record: c for record in records if (c := _comparisons(check, record, unmet))}
    samples = [record for record in records if record.is_sample_for(check)]
    errors = [(record, e) for record in records if (e := record.error_charged_to(check)) is not None]
    count = len(compared) + len(samples) + len(errors)
    ratios = [Worst(record.case.id, c.ratio) for record, comparisons in compared.items() for c in comparisons.values()]
    worst = max(ratios, key=lambda each: each.ratio or 0.0, default=None)
    raised = [errors[0][1].having(cases=len(errors))] if errors else []
    failures = [
        (r, name, c) for r, comparisons in compared.items() for name, c in comparisons.items() if not c.is_right
    ]
    complaints = [(r.case, each) for r in records for each in (*r.properties_of(check), *r.odd_shapes_of(check))]
    if failures and not (complaints and complaints[0][0].index < failures[0][0].case.index):
        properties = [finding for _, finding in complaints[:1]]
        told = (wrong_values(failures, list(compared)), *properties, *raised)
        return Verdict(Status.FAILED, count, told, worst, hint(failures, [record for record, _ in errors]))
    if complaints:
        case, finding = complaints[0]
        return complaint(case, count, finding, *raised)
    if errors:
        record, error = errors[0]
        raising = [r for r, _ in errors]
        shared = _what_they_share(raising, [*compared, *raising])
        ended = errored(record.case, count, error if shared is None else error.having(shared=shared))
        return replace(ended, hint=_hint_of_place(raising)) if ended.status.is_bad else ended
    lacking = [record for record in records if record.lacks_a_value_of(check)]
    if count and lacking:
        numbers = {"lacking": len(lacking), "records": len(records)}
        told_too = found(Kind.LACKS_VALUES, **numbers, because=exam.first_error())
        return skipped(told_too)
    if count:
        return Verdict(Status.PASSED, count, worst=worst)
    if len(records) < len(exam.records):
        return skipped(found(Kind.WRONG_EVERYWHERE, checks=within))
    return skipped(exam.first_error() if exam.has_cases_for(check) else found(Kind.NO_CASES))


def wrong_values(failures: Sequence[Failure], compared: Sequence[CaseRecord]) -> Finding:
    """What is wrong, in how many cases, what these share, and the element of the first that is furthest off."""
    (record, name, comparison), *_ = failures
    wrong = list({each.case.id: each for each, _, _ in failures}.values())
    index = f"[{', '.join(map(str, comparison.worst))}]" if comparison.worst else ""
    return found(
        Kind.VALUES,
        observation=name,
        names=tuple(dict.fromkeys(each for _, each, _ in failures)),
        wrong=len(wrong),
        compared=len(compared),
        shared=_what_they_share(wrong, compared),
        expected=comparison.expected,
        got=comparison.got,
        error=(comparison.normwise, comparison.elementwise),
        element=name + index,
    ).on(record.case.id, record.case.describe())


def hint(failures: Sequence[Failure], raised: Sequence[CaseRecord] = ()) -> str:
    """The scenario's hint, if no case of a scenario with another one fails or is ended by an error, nor one with none.

    The cases that have places of their own are those of real use: what fails there fails in others' company too.
    """
    (record, _, comparison), *others = failures
    scenario = record.contract.scenario(record.case)
    if scenario is None or (scenario.hints_at_overflow and math.isfinite(comparison.got)):
        return ""
    failing = (*(other for other, _, _ in others), *raised)
    seen = [each for other in failing if (each := other.contract.scenario(other.case))]
    hints = {each.hint for each in seen if scenario.places or not each.places}
    return say(scenario.hint) if hints <= {scenario.hint} else ""


def _hint_of_place(raised: Sequence[CaseRecord]) -> str:
    """The hint of a scenario of real use, if the cases that an error ended are all of it."""
    first, *others = (record.contract.scenario(record.case) for record in raised)
    is_alone = first is not None and first.places and all(other is first for other in others)
    return say(first.hint) if is_alone and first is not None and first.hint else ""


def _what_they_share(wrong: Sequence[CaseRecord], compared: Sequence[CaseRecord]) -> tuple[str, str | None] | None:
    """``("mode", "test")``, if that is what sets the failing cases apart, and not by chance; None of a default.

    A size is told if it is 1: many go wrong there, and any other may be one that no other case happens to have.
    """
    if len(compared) < ENOUGH:
        return None
    settings = {record: _settings(record) for record in compared}
    for name in dict.fromkeys(name for setting in settings.values() for name in setting):
        value = settings[wrong[0]].get(name)
        if _sets_apart({record: setting.get(name) == value for record, setting in settings.items()}, wrong):
            return name, None if value is None else str(value)
    ones = {record: _axes_of_one(record) for record in compared}
    for name in ones[wrong[0]]:
        if len(wrong) >= ENOUGH_OF_ONE and _sets_apart({record: name in axes for record, axes in ones.items()}, wrong):
            return name, "1"
    return None


def _sets_apart(has_it: Mapping[CaseRecord, bool], wrong: Sequence[CaseRecord]) -> bool:
    """Whether all failing cases have it and no other has, nor all."""
    return all(has_it[record] for record in wrong) and sum(has_it.values()) == len(wrong) < len(has_it)


def _axes_of_one(record: CaseRecord) -> list[str]:
    """The axes along which an input has a single entry, as they are asked for in code."""
    inputs = record.case.inputs.items()
    return [f"{name}.shape[{axis}]" for name, each in inputs for axis, size in enumerate(each.shape) if size == 1]


def _settings(record: CaseRecord) -> dict[str, object]:
    return {**record.case.scalar_options(), "dtype": record.case.dtype, "memory layout": record.case.layout}


def _comparisons(check: str, record: CaseRecord, unmet: frozenset[str]) -> dict[str, yardstick.Comparison]:
    names = (name for name in record.judged_by(check) if record.contract.needs.get(name) not in unmet)
    return {name: record.comparisons[name] for name in names if name in record.comparisons}
