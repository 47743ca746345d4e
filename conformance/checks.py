"""What is verified on a contract's cases: one row a check, in the order they are made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from conformance import behaviour, gradcheck, yardstick
from conformance.calls import CallError
from conformance.contract import Contract
from conformance.examination import Examination, Record, Verdict, complaint, skipped
from conformance.results import Evidence, Status, Worst

DIFFERENCE_CASES = 3
DIFFERENCE_ATTEMPTS = 8


@dataclass(frozen=True)
class Check:
    """One property that must hold."""

    name: str
    sentence: str
    judge: Callable[[Examination, frozenset[str]], Verdict]  # given the checks that were not met
    after: tuple[str, ...] = ()  # not made if one of these was not met: one bug is charged once
    required: bool = True
    always: bool = False  # made for every contract, not only where a case has something for it

    def applies(self, contract: Contract) -> bool:
        """Whether the contract has anything for this check to judge."""
        if self.name == "finite_difference":
            return bool(contract.gradients)
        judges = {*contract.observes.values(), *(scenario.check for scenario in contract.scenarios)}
        return self.always or self.name in judges


def judge_values(check: str, exam: Examination, unmet: frozenset[str] = frozenset()) -> Verdict:
    """The observations equal the reference's within the yardstick; and the contract's own properties hold.

    The first incident, on the smallest case, is the one that is told.
    """
    judged, worst, failures, compared, first = 0, None, [], [], None
    for record in exam.records:
        comparisons = list(_comparisons(check, record, unmet))
        worst = max([worst, *(Worst(record.case.id, c.ratio) for _, c in comparisons)], key=_severity)
        wrong = [(record, name, comparison) for name, comparison in comparisons if not comparison.is_right]
        failures += wrong
        compared += [record] if comparisons else []
        told = _incident(check, record)
        judged += bool(comparisons or told or (not record.answer.values and record.observed.arrays))
        if first is None and (told or wrong):
            first = told or Verdict(Status.FAILED, 0, evidence=_evidence(*wrong[0]))
    if first is not None:
        message = first.message or _failure_message(failures, compared)
        return replace(first, cases=judged, message=message, worst=worst or first.worst)
    if not judged:
        return skipped(exam.first_error() if exam.has_cases_for(check) else "none of the cases drawn is for it")
    return Verdict(Status.PASSED, judged, worst=worst)


def judge_differences(exam: Examination, _unmet: frozenset[str]) -> Verdict:
    """The backward is the derivative of the submission's own forward, by central differences.

    All inputs are moved at once; only where that does not agree is each moved alone, to name the gradient at fault.
    """
    candidates = [record for record in exam.records if _is_differentiable(record)][:DIFFERENCE_ATTEMPTS]
    if not candidates:
        return skipped(exam.first_error())
    every = tuple(exam.contract.gradients)
    conclusive = 0
    for record in candidates:
        together = _measured(exam, record, every)
        if not isinstance(together, CallError) and all(slope.has_settled and slope.agrees for slope in together):
            conclusive += 1
        else:
            for gradients in (*((gradient,) for gradient in every), every):
                found = _difference_found(exam, record, gradients, conclusive + 1)
                if found:
                    return found
        if conclusive == DIFFERENCE_CASES:
            break
    if not conclusive:
        reason = f"in none of {len(candidates)} cases did the differences settle: the forward is not smooth there"
        return Verdict(Status.INCONCLUSIVE, 0, reason)
    return Verdict(Status.PASSED, conclusive)


def _incident(check: str, record: Record) -> Verdict | None:
    """What went wrong on a case other than a value: the submission raised or hung, or a property does not hold."""
    error = record.error_charged_to(check)
    if error is not None:
        status = Status.TIMED_OUT if error.kind == "timed_out" else Status.ERRORED
        return complaint(record.case, 1, error.message, status)
    for about, message in record.contract.properties(record.case, dict(record.observed.arrays)):
        if about == check:
            return complaint(record.case, 1, message)
    return None


def _severity(worst: Worst | None) -> float:
    return -1.0 if worst is None or worst.ratio is None else worst.ratio


def _comparisons(check: str, record: Record, unmet: frozenset[str]) -> Iterator[tuple[str, yardstick.Comparison]]:
    for name in record.judged_by(check):
        if name in record.usable and record.contract.needs.get(name) not in unmet:
            yield (
                name,
                yardstick.compare(
                    record.usable[name], record.expected[name], record.answer.units[name], record.case.dtype
                ),
            )


def _failure_message(failures: list[tuple[Record, str, yardstick.Comparison]], compared: list[Record]) -> str:
    names = list(dict.fromkeys(name for _, name, _ in failures))
    wrong = list({record.case.id: record for record, _, _ in failures}.values())
    differ = "differs" if len(names) == 1 else "differ"
    where = _what_they_share(wrong, compared)
    return f"{', '.join(names)} {differ} from the reference in {len(wrong)} of {len(compared)} cases{where}"


def _what_they_share(wrong: list[Record], compared: list[Record]) -> str:
    """``, all of them with mode=test``, if that is what sets the failing cases apart."""
    settings = [_settings(record) for record in wrong]
    for name, value in settings[0].items():
        if all(setting.get(name) == value for setting in settings):
            others = [record for record in compared if _settings(record).get(name) == value]
            if len(others) == len(wrong) < len(compared):
                return f", in all of those with {name}={value} and in no other"
    return ""


def _settings(record: Record) -> dict[str, object]:
    return {**record.case.scalar_options(), "dtype": record.case.dtype, "memory layout": record.case.layout}


def _evidence(record: Record, name: str, comparison: yardstick.Comparison) -> Evidence:
    index = f"[{', '.join(map(str, comparison.worst))}]" if comparison.worst else ""
    digits = next((d for d in (10, 13) if f"{comparison.expected:.{d}g}" != f"{comparison.got:.{d}g}"), 17)
    return Evidence(
        case=record.case.id,
        setting=record.case.describe(),
        element=name + index,
        expected=f"{comparison.expected:.{digits}g}",
        got=f"{comparison.got:.{digits}g}",
        error=comparison.sentence(),
    )


def _is_differentiable(record: Record) -> bool:
    scenario = record.contract.scenario(record.case)
    return (
        scenario is not None
        and scenario.smooth
        and scenario.check is None
        and record.case.dtype == "float64"
        and {record.contract.objective, *record.contract.gradients} <= set(record.usable)
    )


def _measured(exam: Examination, record: Record, gradients: tuple[str, ...]) -> tuple[gradcheck.Slope, ...] | CallError:
    by_input = {exam.contract.gradients[gradient]: record.usable[gradient].astype(float) for gradient in gradients}
    inputs = {name: record.case.inputs[name] for name in by_input}
    along = gradcheck.directions(record.case.id, inputs)
    outputs = exam.session.probe(exam.contract, record.case, gradcheck.points(inputs, along))
    if isinstance(outputs, CallError):
        return outputs
    upstream = exam.contract.upstream(record.case)
    outputs = outputs.reshape(len(outputs), *upstream.shape)
    return gradcheck.slopes(outputs.astype(float), upstream, inputs, along, by_input)


def _difference_found(exam: Examination, record: Record, gradients: tuple[str, ...], judged: int) -> Verdict | None:
    slopes = _measured(exam, record, gradients)
    if isinstance(slopes, CallError):
        status = Status.TIMED_OUT if slopes.kind == "timed_out" else Status.ERRORED
        return complaint(record.case, judged, slopes.message, status)
    slope = next((slope for slope in slopes if slope.has_settled and not slope.agrees), None)
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


def _values(name: str, sentence: str, after: tuple[str, ...] = (), required: bool = True) -> Check:
    return Check(name, sentence, partial(judge_values, name), after, required)


CHECKS = (
    Check(
        "interface",
        "functions, arguments, return values and shapes are those of the canonical API",
        behaviour.judge_interface,
        always=True,
    ),
    _values("forward", "the outputs equal those of the reference"),
    _values(
        "dropout_scaling",
        "what dropout keeps is scaled exactly, and what it keeps is drawn at the right rate, each element on its own",
    ),
    _values("gradient", "the gradients equal those of the reference", after=("forward", "dropout_scaling")),
    Check(
        "finite_difference",
        "the backward is the derivative of the submission's own forward",
        judge_differences,
        after=("gradient",),
    ),
    _values(
        "running_statistics",
        "the running mean and variance follow the reference through training steps and into test mode",
    ),
    _values(
        "stability",
        "huge, infinite, far-off-centre and constant inputs lose no more than rounding must",
        after=("forward", "gradient", "running_statistics"),
    ),
    Check("determinism", "the same inputs and seed give the same bits", behaviour.judge_determinism, always=True),
    Check(
        "purity",
        "inputs, upstream gradients and options are left as they were, and calls do not disturb one another",
        behaviour.judge_purity,
        always=True,
    ),
    Check("dtype", "float32 in gives float32 out", behaviour.judge_dtype, required=False, always=True),
    _values("nan_propagation", "NaN comes out where NaN goes in", after=("forward",), required=False),
)


def checks_of(contract: Contract) -> tuple[Check, ...]:
    """The checks that a contract has, in the order they are made."""
    return tuple(check for check in CHECKS if check.applies(contract))


def check_named(name: str) -> Check | None:
    """The check of that name, if there is one."""
    return next((check for check in CHECKS if check.name == name), None)
