"""What no known mistake and no edit explains may be a short formula of what a case has in it: it is found and told."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import Functions, Judge, hinted, local_session

from gradproof import impl
from gradproof.conformance.diagnosis.candidates import Accused
from gradproof.conformance.diagnosis.formulas import made_of
from gradproof.conformance.diagnosis.formulas.terms import Bank, Term, joined, reshaped, scaled
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named

Composed = Callable[..., dict[str, str]]

Q = {"x": np.arange(6.0).reshape(2, 3) - 2, "w": np.array([1.0, 2.0, 4.0]), "a": np.array(3.0)}
OTHER = {"x": np.arange(8.0).reshape(2, 4) - 3, "w": np.array([2.0, 3.0, 5.0, 7.0]), "a": np.array(5.0)}


@pytest.fixture
def composed(oracle: Oracle, impl_functions: Functions, without_names: None) -> Composed:
    """What the formulas of impl with some functions replaced say, by their names: ``composed("relu", ...)``."""

    def told(name: str, **replaced: Callable[..., Any]) -> dict[str, str]:
        plan = Plan((contract_named(name),))
        exam = gather(plan.contracts[0], local_session({**impl_functions, **replaced}), oracle, plan)
        accused = Accused(judge(exam, oracle, plan), exam)
        with np.errstate(all="ignore"):
            found = made_of.candidates(accused, accused.bad)
        assert all(each.explains <= accused.every for each in found)
        return {each.misconception.id: each.misconception.says for each in found}

    return told


def relu_slope_is_the_sign(dout, x):
    return dout * np.sign(x)


def weights_in_a_row(dout, cache):
    dx, _, db = impl.affine_backward(dout, cache)
    x, w = cache[:2]
    return dx, (dout.T @ x.reshape(len(x), -1)).reshape(w.shape), db


def size_for_root(x, gamma, eps=1e-6):
    size = np.mean(np.abs(x), axis=-1, keepdims=True) + eps
    return x / size * gamma, impl.rmsnorm_forward(x, gamma, eps)[1]


def logarithm_taken_for_a_share(x, y):
    loss, dx = impl.nll_loss(x, y)
    return loss, dx / x


def label_is_not_averaged(x, y):
    loss, dx = impl.softmax_loss(x, y)
    rows = np.arange(len(y))
    dx[rows, y] = dx[rows, y] + 1 / len(y) - 1
    return loss, dx


def dx_of_the_first_sample(dout, cache):
    dx, dw, db = impl.affine_backward(dout, cache)
    return np.broadcast_to(dx[:1], dx.shape).copy(), dw, db


def bias_hears_the_first_step_alone(dout, cache):
    dx, dw, _ = impl.temporal_affine_backward(dout, cache)
    return dx, dw, dout[:, 0].sum(axis=0)


def only_class_one_learns(x, y):
    loss, dx = impl.bce_with_logits_loss(x, y)
    return loss, dx * y


@pytest.mark.parametrize(
    ("contract", "replaced", "told"),
    [
        ("relu", {"relu_backward": relu_slope_is_the_sign}, "Where `x < 0`, your dx is what `-dout` gives."),
        ("affine", {"affine_backward": weights_in_a_row}, "your dw is what `(dout.T @ x).reshape(dw.shape)` gives."),
        ("rmsnorm", {"rmsnorm_forward": size_for_root}, "/ (np.mean(np.abs(x), axis=-1, keepdims=True) + eps)` gives."),
        ("nll_loss", {"nll_loss": logarithm_taken_for_a_share}, "Your dx is what `dx / x` gives with the right dx."),
        ("affine", {"affine_backward": dx_of_the_first_sample}, "our dx is what `dx[0]` gives with the right dx."),
        (
            "temporal_affine",
            {"temporal_affine_backward": bias_hears_the_first_step_alone},
            "Your db is what `np.sum(dout[:, 0], axis=0)` gives.",
        ),
        ("bce_with_logits_loss", {"bce_with_logits_loss": only_class_one_learns}, "what `dx * y` gives with the right"),
        ("softmax_loss", {"softmax_loss": label_is_not_averaged}, "At the label of each sample your dx is what"),
    ],
)
def test_a_short_formula_is_told(
    contract: str, replaced: dict[str, Callable[..., Any]], told: str, composed: Composed
) -> None:
    """Of the quantities that are given or of a piece of them, of the right value where it takes that, and where."""
    assert told in " ".join(composed(contract, **replaced).values())


def test_what_follows_from_a_wrong_value_is_no_mistake_of_its_own(composed: Composed) -> None:
    """next_h is right for the cell that came back: the formula of the cell explains both."""

    def forward(x, prev_h, prev_c, Wx, Wh, b):
        _, _, cache = impl.lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b)
        i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
        i, f, o, g = *(1 / (1 + np.exp(-each)) for each in (i, f, o)), np.tanh(g)
        next_c = f * prev_c + g
        return o * np.tanh(next_c), next_c, cache

    assert composed("lstm_step", lstm_step_forward=forward) == {
        "lstm_step:formula:next_c": "Your next_c is what `g + (prev_c * f)` gives."
    }


def test_a_formula_is_not_told_where_one_case_disagrees(composed: Composed) -> None:
    """It is -dout where x is negative, but not of a single sample."""

    def backward(dout, x):
        wrong = relu_slope_is_the_sign(dout, x)
        return np.where(x < 0, 7.3 * np.cos(dout), wrong) if len(x) == 1 else wrong

    assert composed("relu", relu_backward=backward) == {}


def test_noise_has_no_formula(composed: Composed) -> None:
    """Nothing of what a case has in it gives numbers that are drawn."""

    def backward(dout, x):
        return np.random.default_rng(x.size).standard_normal(dout.shape)

    assert composed("relu", relu_backward=backward) == {}


def test_what_is_drawn_has_no_formula(composed: Composed) -> None:
    """Another mask in the backward is some formula of both masks: that says nothing of why."""

    def backward(dout, cache):
        return dout * 2.0 - impl.dropout2d_backward(dout, cache)

    assert composed("dropout2d", dropout2d_backward=backward) == {}


def test_a_name_that_comes_to_stand_for_something_else_is_no_quantity(composed: Composed) -> None:
    """The shares of a softmax, from which a right loss takes 1 in place, are not what is not divided by N."""

    def loss(x, y):
        value, dx = impl.softmax_loss(x, y)
        return value, dx * len(y)

    told = composed("softmax_loss", softmax_loss=loss)
    assert told == {"softmax_loss:formula:dx": "Your dx is what `dx * N` gives with the right dx."}


def test_the_levels_below_the_last_give_no_formula(judge_impl: Judge) -> None:
    """What the value is made of is told at the second, the formula at the fourth."""
    results = judge_impl("relu", relu_backward=relu_slope_is_the_sign)
    concept, place, numbers, formula = results["gradient"].ladder
    assert "-dout" in formula
    assert formula in hinted(results)
    assert "wrong where `x < 0`" in place
    assert "made of dout" in place
    assert "-dout" not in concept + place + numbers


def test_every_term_has_the_value_that_its_text_gives() -> None:
    """Terms of a bank, and what is joined, scaled and reshaped of them: evaluated as Python does."""
    space = {**Q, "np": np, "sigmoid": lambda a: 1 / (1 + np.exp(-a)), "softmax": _softmax}
    with np.errstate(all="ignore"):
        terms = [term for shelf in Bank([Q, OTHER]).shelves for term in shelf.terms]
    some = [*terms[::7], scaled("-{}", -1.0, joined("{} + {}", Term("x"), Term("w"))), scaled("{} / 2", 0.5, Term("x"))]
    assert len(some) > 100
    for term in some:
        np.testing.assert_allclose(np.asarray(eval(term.text, space)), term.at(Q), rtol=1e-12, err_msg=term.text)
    assert reshaped(joined("{} @ {}", Term("x"), Term("w")), "dx").text == "(x @ w).reshape(dx.shape)"


def _softmax(a):
    shares = np.exp(1.0 * a - a.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)
