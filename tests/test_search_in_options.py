"""Options that are not asked for, other activations, terms in other parentheses: named by the search."""

import ast
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.diagnosis.search.edits import edits_of
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.solving import is_usual_guard


def test_an_option_that_is_a_number_whatever_is_asked_for_is_named_with_it(judge_impl: Judge) -> None:
    """The number is solved for, in all places where the option is used."""

    def backward(dout: Any, cache: Any) -> Any:
        x, _ = cache
        return dout * np.where(x < 0, 0.02, 1)

    words = hinted(judge_impl("leaky_relu", leaky_relu_backward=backward))
    assert "with 0.02 in place of `negative_slope`" in words


def test_an_option_that_is_used_twice_is_fixed_in_both_places(judge_impl: Judge) -> None:
    """One half of the loss alone would be another mistake."""

    def loss(x: Any, y: Any, delta: float) -> Any:
        return impl.huber_loss(x, y, 0.7)

    assert "with 0.7 for `delta`, whatever is given" in hinted(judge_impl("huber_loss", huber_loss=loss))


def test_another_activation_is_named_with_the_number_in_it(judge_impl: Judge) -> None:
    """The sigmoid that is near GELU, in the forward alone; the number is in the formula."""

    def forward(x: Any) -> Any:
        return x / (1 + np.exp(-1.5 * x)), impl.gelu_forward(x)[1]

    words = hinted(judge_impl("gelu", gelu_forward=forward))
    assert "with another activation: `x / (1 + np.exp(-1.5 * x))`" in words


def test_a_leak_in_a_rectifier_is_named(judge_impl: Judge) -> None:
    """Its slope is solved for."""
    words = hinted(judge_impl("relu", relu_forward=lambda x: (np.maximum(x, 0.05 * x), x)))
    assert "`np.where(x > 0, x, 0.05 * x)` in place of `np.maximum(x, 0)`" in words


def test_a_small_number_beside_one_probability_of_0_is_named_if_it_is_a_power_of_ten(judge_impl: Judge) -> None:
    """One value of one case is wrong, in float32: what fits it and is no such number may be chance."""

    def loss(x: Any, y: Any) -> Any:
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return -np.log(p + p.dtype.type(1e-16))[np.arange(len(x)), y].mean(), impl.softmax_loss(x, y)[1]

    assert "with 1e-16 added to `probabilities[rows, y]`" in hinted(judge_impl("softmax_loss", softmax_loss=loss))


@pytest.mark.parametrize(
    ("kind", "number", "is_usual"), [("added", 1e-12, True), ("added", 2e-12, False), ("factor", 0.1, False)]
)
def test_one_value_alone_tells_a_power_of_ten(kind: str, number: float, is_usual: bool) -> None:
    """Any other number fits one value by chance."""
    attempt: Any = SimpleNamespace(edit=SimpleNamespace(kind=kind), number=number)
    assert is_usual_guard(attempt) is is_usual


@pytest.mark.parametrize(
    ("right", "other", "scope"),
    [
        ("pool_param['stride']", "pool_param['pool_height']", Scope()),
        ("conv_param['pad']", "1", Scope(whole={"conv_param['pad']"})),
        ("range(C)", "10", Scope()),
        ("gamma * x_hat + beta", "gamma * (x_hat + beta)", Scope()),
        ("total / count", "max(mask.sum(), 1)", Scope({"mask": {1: (2, 3)}, "x": {1: (2, 3)}}, {"count": True})),
        ("i", "1 - f", Scope({"i": {1: (2, 3)}, "f": {1: (2, 3)}}, shares={"i": True, "f": True})),
        ("np.mean(x ** 2, axis=1)", "np.var(x, axis=1)", Scope()),
        ("np.sqrt(a / b)", "np.sqrt(a) / b", Scope()),
        ("da @ Wh.T", "da @ Wh", Scope()),
        ("np.pad(x, 1)", "np.pad(x, 1, mode='edge')", Scope()),
        ("step // size", "step % size", Scope()),
        ("np.pad(x, ((0, 0), (pad, pad)))", "0", Scope(scalars={"pad": True})),
        ("logarithms[rows, y]", "logarithms", Scope()),
    ],
)
def test_what_may_stand_in_a_place(right: str, other: str, scope: Scope) -> None:
    """Each is a slip that was seen without a name."""
    (statement,) = ast.parse(f"z = {right}").body
    function = ast.FunctionDef("f", ast.arguments([], [], None, [], [], None, []), [statement], [], lineno=1)
    found = {ast.unparse(e.new) for e in edits_of(function, {statement.lineno: scope}) if e.new is not None}
    assert other in found


def test_a_gate_without_shares_leaves_nothing() -> None:
    """1 less what is no share is another mistake."""
    (statement,) = ast.parse("z = i + f").body
    function = ast.FunctionDef("f", ast.arguments([], [], None, [], [], None, []), [statement], [], lineno=1)
    scope = Scope({"i": {1: (2, 3)}, "f": {1: (2, 3)}}, shares={"i": True, "f": False})
    assert "1 - f" not in {ast.unparse(e.new) for e in edits_of(function, {1: scope}) if e.new is not None}
