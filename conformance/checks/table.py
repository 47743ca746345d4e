"""What is verified on a contract's cases: one row a check, in the order they are made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from gradproof.conformance.checks import gradcheck, invariants, messages, points
from gradproof.conformance.checks.records import Examination, Record, Verdict, complaint, errored, skipped
from gradproof.conformance.checks.results import Evidence, Status, Worst
from gradproof.conformance.harness.caller import CallError
from gradproof.conformance.oracle import yardstick
from gradproof.conformance.spec.cases import Case
from gradproof.conformance.spec.contract import Contract

DIFFERENCE_CASES = 3
DIFFERENCE_ATTEMPTS = 8
OUTPUT_CHECKS = ("forward", "dropout_scaling")


@dataclass(frozen=True)
class Check:
    """One property that must hold."""

    name: str
    sentence: str
    judge: Callable[[Examination, frozenset[str]], Verdict]  # given the checks that were not met
    after: tuple[str, ...] = ()  # not made if one of these was not met: one bug is charged once
    yields_to: tuple[str, ...] = ()  # made all the same, but not charged if one of these was not met
    within: tuple[str, ...] = ()  # made on the cases that are not wrong by these
    required: bool = True
    always: bool = False  # made for every contract, not only where a case has something for it
    repeats: bool = False  # runs cases again, so it needs some that must repeat themselves

    def applies(self, contract: Contract) -> bool:
        """Whether the contract has anything for this check to judge."""
        if self.name == "finite_difference":
            return bool(contract.gradients)
        if self.repeats and not any(scenario.repeatable for scenario in contract.scenarios):
            return False
        if self.name == "global_state":
            return contract.takes_seed
        judges = {*contract.observes.values(), *(scenario.check for scenario in contract.scenarios)}
        return self.always or self.name in judges


def judge_values(
    check: str, exam: Examination, unmet: frozenset[str] = frozenset(), within: tuple[str, ...] = ()
) -> Verdict:
    """The observations equal the reference's within the yardstick; and the contract's own properties hold.

    The smallest case that fails is told; cases in which the submission raised come after those with wrong values. Cases
    that are wrong by a check of ``within`` are left out.
    """
    records = [record for record in exam.records if not any(record.is_wrong(other) for other in within)]
    compared = {record: c for record in records if (c := _comparisons(check, record, unmet))}
    samples = [record for record in records if record.is_sample_for(check)]
    errors = [(record, e) for record in records if (e := record.error_charged_to(check)) is not None]
    count = len(compared) + len(samples) + len(errors)
    ratios = [Worst(record.case.id, c.ratio) for record, comparisons in compared.items() for c in comparisons.values()]
    worst = max(ratios, key=lambda each: each.ratio or 0.0, default=None)
    raised = f"; {errors[0][1].message}, in {len(errors)} of the cases" if errors else ""
    failures = [
        (r, name, c) for r, comparisons in compared.items() for name, c in comparisons.items() if not c.is_right
    ]
    complaints = [c for record in records for c in _complaints(check, record)]
    if failures and not (complaints and complaints[0].case.index < failures[0][0].case.index):
        share = _share(check, exam, records, compared) if not errors and not complaints else None
        record, name, comparison = failures[0]
        property_too = f"; {complaints[0].message}" if complaints else ""
        message = messages.message(failures, list(compared)) + property_too + raised
        evidence, hint = messages.evidence(record, name, comparison), messages.hint(failures)
        return Verdict(Status.FAILED, count, message, evidence, worst, hint, share)
    if complaints:
        return complaint(complaints[0].case, count, complaints[0].message + raised)
    if errors:
        record, error = errors[0]
        return errored(record.case, count, error)
    lacking = [record for record in records if record.lacks_a_value_of(check)]
    if count and lacking:
        told = f"{len(lacking)} of {len(records)} cases lack a value, and one bug is charged once"
        return replace(skipped(f"{told}: {exam.first_error()}"), share=_share(check, exam, records, compared))
    if count:
        return Verdict(Status.PASSED, count, worst=worst)
    if len(records) < len(exam.records):
        return skipped(f"{' and '.join(within)} failed in every case that has it, and one bug is charged once")
    return skipped(exam.first_error() if exam.has_cases_for(check) else "none of the cases drawn is for it")


def _share(
    check: str,
    exam: Examination,
    records: Sequence[Record],
    compared: Mapping[Record, Mapping[str, yardstick.Comparison]],
) -> float | None:
    """Of its points that a gradient check earns by those gradients that are right."""
    return points.share_of_gradients(exam.contract, records, compared) if check == "gradient" else None


def judge_differences(exam: Examination, unmet: frozenset[str]) -> Verdict:
    """The backward is the derivative of the submission's own forward, by central differences.

    Where the forward is wrong and the gradients are nevertheless the reference's, nothing more is to be said. All
    inputs are moved at once; only where that does not agree is each moved alone, to name the gradient at fault.
    """
    candidates = [record for record in exam.records if _is_differentiable(record)][:DIFFERENCE_ATTEMPTS]
    if not candidates or any(record.lacks_a_value_of("gradient") for record in exam.records):
        return skipped(exam.first_error())
    wrong_output = next((check for check in OUTPUT_CHECKS if check in unmet), None)
    if wrong_output and judge_values("gradient", exam).status == Status.PASSED:
        return skipped(f"{wrong_output} failed, while the gradients are those of the reference")
    conclusive = 0
    for record in candidates:
        every = record.gradients
        if not _is_proven(exam, record, every):
            found = _disagreement(exam, record, every, conclusive + 1)
            if found:
                return found
            if not _has_agreed(exam, record, every):
                continue
        conclusive += 1
        if conclusive == DIFFERENCE_CASES:
            break
    if not conclusive and not unmet.isdisjoint((*OUTPUT_CHECKS, "gradient")):
        return skipped(f"{' and '.join(sorted(unmet))} failed, and where that is so the differences do not settle")
    if not conclusive:
        reason = f"in none of {len(candidates)} cases did the differences settle: the forward is not smooth there"
        return Verdict(Status.INCONCLUSIVE, 0, reason)
    return Verdict(Status.PASSED, conclusive)


class Complaint(NamedTuple):
    """A property that does not hold on a case."""

    case: Case
    message: str


def _complaints(check: str, record: Record) -> Iterator[Complaint]:
    for about, message in record.contract.properties(record.case, dict(record.observed.arrays)):
        if about == check:
            yield Complaint(record.case, message)


def _comparisons(check: str, record: Record, unmet: frozenset[str]) -> dict[str, yardstick.Comparison]:
    names = (name for name in record.judged_by(check) if record.contract.needs.get(name) not in unmet)
    return {name: record.comparisons[name] for name in names if name in record.comparisons}


def _is_differentiable(record: Record) -> bool:
    scenario = record.contract.scenario(record.case)
    return (
        scenario is not None
        and scenario.smooth
        and scenario.check is None
        and record.case.dtype == "float64"
        and bool(record.gradients)
        and {record.contract.objective, *record.gradients} <= set(record.usable)
    )


def _measured(
    exam: Examination, record: Record, gradients: tuple[str, ...], steps: tuple[float, ...]
) -> tuple[gradcheck.Slope, ...] | CallError:
    by_input = {exam.contract.gradients[gradient]: record.usable[gradient].astype(float) for gradient in gradients}
    inputs = {name: record.case.inputs[name] for name in by_input}
    along = gradcheck.directions(record.case.id, inputs)
    outputs = exam.session.probe(exam.contract, record.case, gradcheck.points(inputs, along, steps))
    if isinstance(outputs, CallError):
        return outputs
    upstream = exam.contract.upstream(record.case)
    if outputs.size != len(outputs) * upstream.size:
        message = f"{exam.contract.objective} has shape {outputs.shape[1:]}, expected {upstream.shape}"
        return CallError("interface", exam.contract.functions[0].name, message)
    outputs = outputs.reshape(len(outputs), *upstream.shape)
    return gradcheck.slopes(outputs.astype(float), upstream, inputs, along, by_input, steps)


def _is_proven(exam: Examination, record: Record, gradients: tuple[str, ...]) -> bool:
    slopes = _measured(exam, record, gradients, gradcheck.FIRST_RUNG)
    return not isinstance(slopes, CallError) and all(slope.is_proven for slope in slopes)


def _has_agreed(exam: Examination, record: Record, gradients: tuple[str, ...]) -> bool:
    slopes = _measured(exam, record, gradients, gradcheck.LADDER)
    return not isinstance(slopes, CallError) and all(slope.has_settled and slope.agrees for slope in slopes)


def _stays(
    exam: Examination, record: Record, gradients: tuple[str, ...], slopes: tuple[gradcheck.Slope, ...], i: int
) -> bool:
    """Whether a disagreement is there still, seen closer: if not, a kink had caused it."""
    if not slopes[i].disagrees:
        return False
    again = _measured(exam, record, gradients, gradcheck.closer(slopes[i]))
    return not isinstance(again, CallError) and slopes[i].is_confirmed_by(again[i])


def _disagreement(exam: Examination, record: Record, gradients: tuple[str, ...], judged: int) -> Verdict | None:
    """The first gradient that is wrong by itself; or all together, if only that is seen."""
    for chosen in (*((gradient,) for gradient in gradients), gradients):
        found = _difference_found(exam, record, chosen, judged)
        if found is not None:
            return found
    return None


def _difference_found(exam: Examination, record: Record, gradients: tuple[str, ...], judged: int) -> Verdict | None:
    slopes = _measured(exam, record, gradients, gradcheck.LADDER)
    if isinstance(slopes, CallError):
        return errored(record.case, judged, slopes)
    slope = next((slopes[i] for i in range(len(slopes)) if _stays(exam, record, gradients, slopes, i)), None)
    if slope is None:
        return None
    names = ", ".join(gradients)
    inputs = ", ".join(exam.contract.gradients[gradient] for gradient in gradients)
    errors = abs(slope.measured - slope.claimed) / slope.error
    evidence = Evidence(
        case=record.case.id,
        setting=record.case.describe(),
        element=f"slope along a random direction of {inputs}",
        expected=f"{slope.measured:.10g} (by finite differences of the forward)",
        got=f"{slope.claimed:.10g} (from {names})",
        error=f"{errors:.3g} times the error estimate, up to {gradcheck.DISAGREEMENT:g} passes",
    )
    message = f"{names} is not the derivative of the submission's own {exam.contract.objective} by {inputs}"
    worst = Worst(record.case.id, errors / gradcheck.DISAGREEMENT)
    return Verdict(Status.FAILED, judged, message, evidence, worst)


def _values(
    name: str,
    sentence: str,
    after: tuple[str, ...] = (),
    yields_to: tuple[str, ...] = (),
    within: tuple[str, ...] = (),
    required: bool = True,
) -> Check:
    return Check(name, sentence, partial(judge_values, name, within=within), after, yields_to, within, required)


CHECKS = (
    Check(
        "interface",
        "functions, arguments, return values and shapes are those of the canonical API",
        invariants.judge_interface,
        always=True,
    ),
    Check(
        "determinism",
        "the same inputs and seed give the same bits",
        invariants.judge_determinism,
        always=True,
        repeats=True,
    ),
    _values("forward", "the outputs equal those of the reference"),
    _values(
        "dropout_scaling",
        "what dropout keeps is scaled exactly, and what it keeps is drawn at the right rate, each element on its own",
    ),
    _values("gradient", "the gradients equal those of the reference", yields_to=OUTPUT_CHECKS),
    Check(
        "finite_difference",
        "the backward is the derivative of the submission's own forward",
        judge_differences,
        after=("determinism", "gradient"),
        yields_to=OUTPUT_CHECKS,
    ),
    _values(
        "running_statistics",
        "the running mean and variance follow the reference through training steps and into test mode",
        within=("forward",),
    ),
    _values(
        "training",
        "the losses and parameters follow the reference through the steps of a training",
        yields_to=("forward", "dropout_scaling", "gradient", "running_statistics"),
    ),
    _values(
        "stability",
        "huge, infinite, far-off-centre and constant inputs lose no more than rounding must",
        after=("forward", "gradient", "running_statistics"),
    ),
    Check(
        "purity",
        "inputs, upstream gradients and options are left as they were, and calls do not disturb one another",
        invariants.judge_purity,
        always=True,
        repeats=True,
    ),
    Check("dtype", "float32 in gives float32 out", invariants.judge_dtype, required=False, always=True),
    Check(
        "global_state",
        "a function that is given a seed leaves the generators that others use alone",
        invariants.judge_global_state,
        required=False,
    ),
    _values("nan_propagation", "NaN comes out where NaN goes in", after=("forward", "gradient"), required=False),
)


def checks_of(contract: Contract) -> tuple[Check, ...]:
    """The checks that a contract has, in the order they are made."""
    return tuple(check for check in CHECKS if check.applies(contract))


def check_named(name: str) -> Check | None:
    """The check of that name, if there is one."""
    return next((check for check in CHECKS if check.name == name), None)
