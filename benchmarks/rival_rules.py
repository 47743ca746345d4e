"""The rules that gradproof is compared with in ``benchmarks/rivals.py``: notebooks, gradcheck, assert_close.

Their tolerances are their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from figures import element_by_element
from torch.autograd import gradcheck

from gradproof.conformance.harness.global_state.generators import generators_put_back, seed
from gradproof.conformance.harness.session import fresh
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.oracle.yardstick import in_float64
from gradproof.conformance.spec.cases import Array, Case
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts.normalization.draws import STATISTICS

STEP = 1e-5
HAPPY_GRADIENT, HAPPY_FORWARD = 1e-7, 1e-6
Functions = Mapping[str, Callable[..., Any]]


class Plain:
    """The functions of a submission called as they are."""

    def __init__(self, functions: Functions, contract: Contract) -> None:
        self.functions = functions
        self.contract = contract

    def call(self, name: str, *arguments: object) -> tuple[Any, ...]:
        """The values that are returned, as many as there should be."""
        values = self.functions[name](*arguments)
        expected = len(self.contract.function(name).returns)
        if expected > 1 and len(values) != expected:
            raise ValueError(f"{name} returned {len(values)} values, expected {expected}")
        return tuple(values) if expected > 1 else (values,)


@dataclass(frozen=True)
class Question:
    """A case for one submission, as every rival is asked it."""

    contract: Contract
    functions: Functions
    case: Case
    oracle: Oracle
    printed: frozenset[str] = frozenset()  # the cases whose outputs the notebooks print

    @cached_property
    def leaves(self) -> Mapping[str, Array]:
        """What is differentiated by, contiguous and in float64."""
        inputs = in_float64(self.case).inputs
        return {name: np.array(inputs[name], order="C") for name in self.contract.gradients.values()}

    def forward(self, values: Mapping[str, Array]) -> tuple[Array, Callable[[Array], tuple[Any, ...]]]:
        """The objective at other inputs, and the backward from there: an upstream gradient to gradients."""
        subject = Plain(self.functions, self.contract)
        known: dict[str, Any] = {**in_float64(self.case).namespace(), **values}
        if "bn_param" in known:
            known["bn_param"].update({name: known[name].copy() for name in STATISTICS if name in known})
        ahead = [function for function in self.contract.functions if "dout" not in function.takes]
        behind = self.contract.functions[len(ahead) :]
        for function in ahead:
            returned = subject.call(function.name, *(known[name] for name in function.takes))
            known.update(zip(function.returns, returned, strict=True))

        def backward(upstream: Array) -> tuple[Any, ...]:
            if behind:
                return subject.call(behind[0].name, upstream, known["cache"])
            scale = upstream / self.contract.upstream(self.case)
            return tuple(known[name] * scale for name in self.contract.gradients)

        return np.asarray(known[self.contract.objective]), backward

    def observations(self) -> dict[str, Array]:
        """What the exercise of the contract gives."""
        subject: Any = Plain(self.functions, self.contract)
        return {name: np.asarray(value) for name, value in self.contract.run(subject, fresh(self.case))}


def is_gradient_case(contract: Contract, case: Case) -> bool:
    """Whether there is something to differentiate."""
    scenario = contract.scenario(case)
    is_smooth = scenario is None or scenario.smooth
    return bool(contract.gradients) and is_smooth and has_upstream(contract, case)


def has_upstream(contract: Contract, case: Case) -> bool:
    """Whether a backward that needs an upstream gradient is given one."""
    return "dout" in case.inputs or not any("dout" in function.takes for function in contract.functions)


def is_ordinary(contract: Contract, case: Case) -> bool:
    """Whether a case is none of the hard ones."""
    scenario = contract.scenario(case)
    return scenario is None or scenario.check is None


def rel_error(x: Array, y: Array) -> float:
    """The measure of the notebooks."""
    return float(np.max(np.abs(x - y) / np.maximum(1e-8, np.abs(x) + np.abs(y))))


def notebooks_complain(question: Question) -> bool:
    """The rule of the notebooks."""
    contract, case = question.contract, question.case
    if case.id in question.printed and _is_printed_otherwise(question):
        return True
    if not is_gradient_case(contract, case):
        return False
    leaves = question.leaves
    _, backward = question.forward(leaves)
    upstream = np.asarray(contract.upstream(in_float64(case)), np.float64)
    for claimed, name in zip(backward(upstream), contract.gradients.values(), strict=True):
        numeric = element_by_element(
            lambda value, name=name: question.forward({**leaves, name: value})[0], leaves[name], upstream, STEP
        )
        if not rel_error(numeric, claimed) <= HAPPY_GRADIENT:
            return True
    return False


def _is_printed_otherwise(question: Question) -> bool:
    contract, case = question.contract, question.case
    observed = question.observations()
    expected = contract.align(case, observed, question.oracle.answer(case).values)
    outputs = [name for name in expected if name not in contract.gradients]
    return not all(rel_error(expected[name], observed[name]) <= HAPPY_FORWARD for name in outputs)


class Wrapped(torch.autograd.Function):
    """A submission's forward and backward as torch has them."""

    @staticmethod
    def forward(context: Any, question: Question, *leaves: torch.Tensor) -> torch.Tensor:
        """The objective."""
        values = {name: leaf.detach().numpy() for name, leaf in zip(question.leaves, leaves, strict=True)}
        out, context.backward_of_submission = question.forward(values)
        return torch.from_numpy(np.array(out))

    @staticmethod
    def backward(context: Any, upstream: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """The gradients."""
        gradients = context.backward_of_submission(upstream.numpy())
        return None, *(torch.from_numpy(np.array(gradient)) for gradient in gradients)


def gradcheck_complains(question: Question, fast: bool) -> bool:
    """torch.autograd.gradcheck with its defaults."""
    if not is_gradient_case(question.contract, question.case):
        return False
    leaves = tuple(torch.tensor(value, requires_grad=True) for value in question.leaves.values())
    return not gradcheck(lambda *values: Wrapped.apply(question, *values), leaves, fast_mode=fast)


def assert_close_complains(question: Question) -> bool:
    """torch.testing.assert_close with its default tolerances. It raises where it complains."""
    contract, case = question.contract, question.case
    observed = question.observations()
    expected = contract.align(case, observed, contract.reference(case))
    if not has_upstream(contract, case):
        expected = {name: value for name, value in expected.items() if name not in contract.gradients}
    for name, value in expected.items():
        got = np.array(observed[name], None if value.ndim else value.dtype)
        torch.testing.assert_close(torch.tensor(got), torch.tensor(value), equal_nan=True)
    return False


@dataclass(frozen=True)
class Rival:
    """A judge of one case after the other."""

    name: str
    complains: Callable[[Question], bool]
    is_asked: Callable[[Contract, Case], bool] = lambda _contract, _case: True

    def blames(self, question: Question) -> bool:
        """Whether it complains. Whatever is raised on the way is a complaint."""
        case = question.case
        with generators_put_back(), np.errstate(all="ignore"):
            seed(case.seed, case.index)
            try:
                return self.complains(question)
            except Exception:  # noqa: BLE001 - of the submission, or that it is wrong
                return True


RIVALS = (
    Rival("notebooks", notebooks_complain),
    Rival("gradcheck, slow", lambda question: gradcheck_complains(question, fast=False), is_gradient_case),
    Rival("gradcheck, fast", lambda question: gradcheck_complains(question, fast=True), is_gradient_case),
    Rival("assert_close", assert_close_complains),
    Rival("assert_close, no hard cases", assert_close_complains, is_ordinary),
)
