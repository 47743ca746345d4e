"""The check by finite differences: the backward is the derivative of the submission's own forward."""

from dataclasses import replace

import numpy as np

from gradproof.conformance.checks import gradcheck, points
from gradproof.conformance.checks.records import (
    CaseRecord,
    ContractRun,
    Verdict,
    as_drawn,
    complaint,
    errored,
    skipped,
)
from gradproof.conformance.checks.results import Status, Worst
from gradproof.conformance.checks.values import judge_values
from gradproof.conformance.spec.findings import Finding, Kind, found

DIFFERENCE_CASES = 3
DIFFERENCE_ATTEMPTS = 8
UPSTREAM = "d"  # begins the names of what comes from above, as in dout and dnext_h
OUTPUT_CHECKS = ("forward", "dropout_scaling")


def judge_differences(exam: ContractRun, unmet: frozenset[str]) -> Verdict:
    """The backward is the derivative of the submission's own forward, by central differences.

    Where the forward is wrong and the gradients are nevertheless the reference's, nothing more is to be said. All
    inputs are moved at once, and each alone only where that does not agree, to name the gradient at fault; and on the
    first case of a layer, since a forward that keeps its outputs by some of its inputs is given the others anew. On
    the largest case the same is asked on other values of its shapes, since a backward may keep something by these, and
    on the smallest where one input is as it was, since it may keep something by that.
    """
    differentiable = [record for record in exam.records if _is_differentiable(record)]
    if not any(_may_be_differentiated(record) for record in exam.records):
        return skipped(found(Kind.NO_CASES))
    if not differentiable:
        return skipped(exam.first_error())
    whole = [record for record in exam.records if not record.lacks_a_value_of("gradient")]
    if len(whole) < len(exam.records):
        part = points.earned(judge_differences(exam.only(whole), unmet)) * len(whole)
        return replace(skipped(exam.first_error()), share=points.share(part, len(exam.records)))
    wrong_output = next((check for check in OUTPUT_CHECKS if check in unmet), None)
    if wrong_output and judge_values("gradient", exam).status == Status.PASSED:
        return replace(skipped(found(Kind.RIGHT_GRADIENTS, check=wrong_output)), share=1.0)
    candidates = as_drawn((*differentiable, *filter(_may_be_differentiated, exam.withdrawn)))[:DIFFERENCE_ATTEMPTS]
    settled = _settled(exam, candidates)
    if isinstance(settled, Verdict):
        return settled
    proven = [record for record in settled if record not in exam.withdrawn]
    if settled and not proven:
        return judge_differences(replace(exam, withdrawn=()), unmet)
    if settled and not exam.contract.transplants and (stale := _stale(exam, settled, len(proven))):
        return stale
    if not proven and not unmet.isdisjoint((*OUTPUT_CHECKS, "gradient")):
        return skipped(found(Kind.UNSETTLED_AFTER, checks=tuple(sorted(unmet))))
    if not proven:
        return Verdict(Status.INCONCLUSIVE, 0, (found(Kind.UNSETTLED, tried=len(candidates)),))
    return Verdict(Status.PASSED, len(proven), share=points.share_computed(exam) if wrong_output else None)


def _settled(exam: ContractRun, candidates: list[CaseRecord]) -> list[CaseRecord] | Verdict:
    """The first few on which it is the derivative, those that are withdrawn among them; or where it is none."""
    settled: list[CaseRecord] = []
    judged = 0
    for record in candidates:
        every, is_withdrawn = record.gradients, record in exam.withdrawn
        if not is_withdrawn:
            is_apart = not settled and not exam.contract.transplants
            if not _is_proven(exam, record, every, is_apart):
                if disagreement := _disagreement(exam, record, every, judged + 1):
                    return replace(disagreement, share=points.share(judged, DIFFERENCE_CASES))
                if not _has_agreed(exam, record, every):
                    continue
            judged += 1
        settled.append(record)
        if len(settled) == DIFFERENCE_CASES:
            break
    return settled


def _may_be_differentiated(record: CaseRecord) -> bool:
    """Whether the case is one for finite differences, whatever came back."""
    return _is_smooth(record) and bool(record.gradients)


def _is_smooth(record: CaseRecord) -> bool:
    scenario = record.contract.scenario(record.case)
    is_one = scenario is not None and scenario.smooth and scenario.check is None
    return is_one and record.case.judged_in == "float64"


def _is_differentiable(record: CaseRecord) -> bool:
    is_there = {*record.contract.objectives, *record.gradients} <= set(record.usable)
    return is_there and _may_be_differentiated(record)


def _measured(
    exam: ContractRun,
    record: CaseRecord,
    gradients: tuple[str, ...],
    steps: tuple[float, ...],
    is_apart: bool = False,
) -> tuple[gradcheck.Slope, ...] | Finding:
    by_input = {exam.contract.gradients[gradient]: record.usable[gradient].astype(float) for gradient in gradients}
    inputs = {name: record.case.inputs[name] for name in by_input}
    along, points = gradcheck.asked(record.case, tuple(by_input), steps, is_apart)
    outputs = exam.session.probe(exam.contract, record.case, points)
    if isinstance(outputs, Finding):
        return outputs
    upstream = exam.contract.upstream(record.case)
    if outputs.size != len(outputs) * upstream.size:
        shapes = {"got": outputs.shape[1:], "expected": upstream.shape}
        function, objective = exam.contract.functions[0].name, ", ".join(exam.contract.objectives)
        return found(Kind.SHAPE, function=function, observation=objective, **shapes)
    outputs = outputs.reshape(len(outputs), *upstream.shape)
    return gradcheck.slopes(outputs.astype(float), upstream, inputs, along, by_input, steps)


def _is_proven(exam: ContractRun, record: CaseRecord, gradients: tuple[str, ...], is_apart: bool = False) -> bool:
    slopes = _measured(exam, record, gradients, gradcheck.FIRST_RUNG, is_apart)
    return not isinstance(slopes, Finding) and all(slope.is_proven for slope in slopes)


def _each(gradients: tuple[str, ...]) -> tuple[tuple[str], ...]:
    return tuple((gradient,) for gradient in gradients)


def _has_agreed(exam: ContractRun, record: CaseRecord, gradients: tuple[str, ...]) -> bool:
    slopes = _measured(exam, record, gradients, gradcheck.LADDER)
    return not isinstance(slopes, Finding) and all(slope.has_settled and slope.agrees for slope in slopes)


def _stays(
    exam: ContractRun, record: CaseRecord, gradients: tuple[str, ...], slopes: tuple[gradcheck.Slope, ...], i: int
) -> bool:
    """Whether a disagreement is there still, seen closer: if not, a kink had caused it."""
    if not slopes[i].disagrees:
        return False
    again = _measured(exam, record, gradients, gradcheck.closer(slopes[i]))
    return not isinstance(again, Finding) and slopes[i].is_confirmed_by(again[i])


def _disagreement(exam: ContractRun, record: CaseRecord, gradients: tuple[str, ...], judged: int) -> Verdict | None:
    """The first gradient that is wrong by itself; or all together, if only that is seen."""
    for chosen in (*_each(gradients), gradients):
        verdict = _difference_found(exam, record, chosen, judged)
        if verdict is not None:
            return verdict
    return None


def _difference_found(exam: ContractRun, record: CaseRecord, gradients: tuple[str, ...], judged: int) -> Verdict | None:
    slopes = _measured(exam, record, gradients, gradcheck.LADDER)
    if isinstance(slopes, Finding):
        return errored(record.case, judged, slopes)
    slope = next((slopes[i] for i in range(len(slopes)) if _stays(exam, record, gradients, slopes, i)), None)
    if slope is None:
        return None
    if slope.measured == 0 and all(record.comparisons[gradient].is_right for gradient in gradients):
        kept = found(Kind.UNMOVED, function=exam.contract.functions[0].name, **_of(exam, gradients))
        return complaint(record.case, judged, kept)
    told = found(
        Kind.DIFFERENCE,
        observation=", ".join(gradients),
        **_of(exam, gradients),
        expected=slope.measured,
        got=slope.claimed,
        error=abs(slope.measured - slope.claimed) / slope.error,
        passes=gradcheck.DISAGREEMENT,
    ).on(record.case.id, record.case.describe())
    worst = Worst(record.case.id, told.error / gradcheck.DISAGREEMENT)
    return Verdict(Status.FAILED, judged, (told,), worst)


def _stale(exam: ContractRun, settled: list[CaseRecord], judged: int) -> Verdict | None:
    """The gradients that are right, and no longer on other values of the same shapes, be they all or all but one."""
    first, *_, last = sorted(
        (settled[0], *settled), key=lambda record: sum(a.size for a in record.case.inputs.values())
    )
    names = sorted(_may_move(first), key=lambda name: not name.startswith(UPSTREAM))
    choices = ((last, ""), *((first, name) for name in names if len(names) > 1))
    shifts = np.linspace(0.25, 0.5, len(choices), endpoint=False)
    found_out = (
        _stale_beside(exam, record, held, float(by), judged)
        for (record, held), by in zip(choices, shifts, strict=True)
        if record not in exam.withdrawn
    )
    return next(filter(None, found_out), None)


def _stale_beside(exam: ContractRun, record: CaseRecord, held: str, shift: float, judged: int) -> Verdict | None:
    """Of one case, on other values of its shapes but for an input."""
    others = _on_other_values(exam, record, held, shift)
    if others is None or _is_proven(exam, others, others.gradients):
        return None
    for chosen in (*_each(others.gradients), others.gradients):
        slopes = _measured(exam, others, chosen, gradcheck.LADDER)
        if not isinstance(slopes, Finding) and any(_stays(exam, others, chosen, slopes, i) for i in range(len(slopes))):
            told = found(Kind.STALE, observation=", ".join(chosen), held=held, **_of(exam, chosen))
            return complaint(record.case, judged, told)
    return None


def _may_move(record: CaseRecord) -> list[str]:
    """The inputs that may have other values: not those of a mask, nor statistics."""
    free = {record.contract.gradients[gradient] for gradient in record.gradients}
    inputs = record.case.inputs.items()
    return [name for name, a in inputs if a.dtype.kind == "f" and (name in free or name.startswith(UPSTREAM))]


def _on_other_values(exam: ContractRun, record: CaseRecord, held: str, shift: float) -> CaseRecord | None:
    """The same on other values; None where it gives no more."""
    case = gradcheck.alike(record.case, {name for name in _may_move(record) if name != held}, shift)
    others = CaseRecord(exam.contract, case, record.answer, exam.session.run(exam.contract, case))
    is_whole = others.error is None and {*exam.contract.objectives, *record.gradients} <= {*others.usable}
    return others if is_whole else None


def _of(exam: ContractRun, gradients: tuple[str, ...]) -> dict[str, str]:
    """What is differentiated, and by what."""
    by = exam.contract.gradients
    return {"objective": ", ".join(exam.contract.objectives), "inputs": ", ".join(by[name] for name in gradients)}
