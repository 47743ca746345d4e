"""What is verified on a contract's cases: one row a check, in the order they are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from gradproof.conformance.checks import invariants
from gradproof.conformance.checks.differences import OUTPUT_CHECKS, judge_differences
from gradproof.conformance.checks.records import ContractRun, Verdict
from gradproof.conformance.checks.values import judge_values
from gradproof.conformance.spec.cases import drawn_scenarios
from gradproof.conformance.spec.contract import Contract


@dataclass(frozen=True)
class Check:
    """One property that must hold."""

    name: str
    sentence: str
    judge: Callable[[ContractRun, frozenset[str]], Verdict]  # given the checks that were not met
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
        judges = {*contract.observes.values(), *(scenario.check for scenario in contract.scenarios)}
        return self.always or self.name in judges


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
        "the same inputs and seed give the same values again, rounding aside",
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
        yields_to=("forward", "gradient", "running_statistics"),
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
        "what everybody shares is left alone: NumPy's global generator, even with a seed, its error handling, and the "
        "functions of NumPy and Python",
        invariants.judge_global_state,
        required=False,
        always=True,
        repeats=True,
    ),
    _values("nan_propagation", "NaN comes out where NaN goes in", yields_to=("forward", "gradient"), required=False),
    _values(
        "unusual_input",
        "what no text promises an answer for (whole numbers as data, an empty batch, an unknown mode) is refused or "
        "answered rightly",
        after=("forward", "dropout_scaling", "gradient", "running_statistics"),
        required=False,
    ),
)


def checks_of(contract: Contract) -> tuple[Check, ...]:
    """The checks that a contract has, in the order they are made."""
    return tuple(check for check in CHECKS if check.applies(contract))


def has_cases(contract: Contract, name: str, count: int | None) -> bool:
    """Whether some of the first ``count`` cases of a contract are for a check, as far as their scenarios tell."""
    drawn, row = drawn_scenarios(contract, count), check_named(name)
    plain = [scenario for scenario in drawn if scenario.check is None]
    if name == "finite_difference":
        return any(scenario.smooth for scenario in plain)
    if row is not None and row.repeats:
        return any(scenario.repeatable for scenario in plain)
    is_judged = bool(plain) and name in contract.observes.values()
    return is_judged or (row is not None and row.always) or any(scenario.check == name for scenario in drawn)


def is_required(contract: str, check: str, told: Mapping[str, bool], otherwise: bool) -> bool:
    """Whether a check counts, by what is told of it in this contract, or else in all."""
    return told.get(f"{contract}.{check}", told.get(check, otherwise))


def check_named(name: str) -> Check | None:
    """The check of that name, if there is one."""
    return next((check for check in CHECKS if check.name == name), None)
