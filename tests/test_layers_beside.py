"""What the recorded cases of the further layers do not show: long sequences, torch's own schedules, what is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import Judge, bad_checks

from gradproof import impl
from gradproof.conformance.oracle.computed import computed_answer
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import Dialect
from gradproof.conformance.spec.in_use.not_a_number import NAME as NOT_A_NUMBER


@pytest.mark.needs_torch
def test_ctc_of_2000_steps_is_that_of_torch() -> None:
    """Value and gradient: the probability of a text is about e^-3390 there."""
    import torch

    from gradproof.reference.ctc import ctc_loss

    rng = np.random.default_rng(0)
    x, y, lengths = rng.standard_normal((2000, 1, 5)), rng.integers(1, 5, (1, 30)), np.array([30])
    leaf = torch.tensor(x, requires_grad=True)
    expected = ctc_loss(leaf, torch.tensor(y), torch.tensor(lengths))
    expected.backward()
    loss, dx = impl.ctc_loss(x, y, lengths)
    assert loss > 3000
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    assert np.abs(dx - leaf.grad.numpy()).max() < 1e-10


@pytest.mark.needs_torch
def test_schedules_are_those_of_torch() -> None:
    """Step by step, as an optimizer goes through them."""
    import torch
    from torch.optim import lr_scheduler

    ours = {
        lambda o: lr_scheduler.StepLR(o, 3, 0.5): lambda rate, step: impl.step_schedule(rate, step, 3, 0.5),
        lambda o: lr_scheduler.ExponentialLR(o, 0.9): lambda rate, step: impl.exponential_schedule(rate, step, 0.9),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 20, 0.01): lambda rate, step: impl.cosine_schedule(
            rate, step, 20, 0.01
        ),
        lambda o: lr_scheduler.LinearLR(o, 1 / 5, 1.0, 4): lambda rate, step: impl.warmup_schedule(rate, step, 5),
    }
    for made, schedule in ours.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
        scheduler = made(optimizer)
        for step in range(12):
            assert scheduler.get_last_lr()[0] == pytest.approx(schedule(0.4, step))
            optimizer.step()
            scheduler.step()


def test_pixels_that_are_dropped_on_their_own_are_told(judge_impl: Judge) -> None:
    """Dropout of elements handed in for that of channels."""

    def dropout2d_forward(x, dropout_param):
        out, cache = impl.dropout_forward(x, dropout_param)
        return out, cache

    results = judge_impl("dropout2d", dropout2d_forward=dropout2d_forward, dropout2d_backward=impl.dropout_backward)
    assert bad_checks(results) == {"dropout_scaling"}
    assert "a channel is kept or dropped as a whole" in results["dropout_scaling"].message


def test_a_number_of_channels_that_never_varies_is_told(judge_impl: Judge) -> None:
    """So many channels of each sample are kept, whichever: one that is dropped says more of the others."""

    def dropout2d_forward(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        keep = dropout_param["p"]
        order = np.random.default_rng(dropout_param.get("seed")).random(x.shape[:2]).argsort(axis=1)
        mask = (order < round(keep * x.shape[1]))[:, :, None, None] / x.dtype.type(keep)
        return x * mask, mask

    backward = {"dropout2d_backward": lambda dout, mask: dout if mask is None else dout * mask}
    results = judge_impl("dropout2d", dropout2d_forward=dropout2d_forward, **backward)
    assert bad_checks(results) == {"dropout_scaling"}
    assert "every row keeps the same number" in results["dropout_scaling"].message


@pytest.mark.parametrize(
    ("name", "draw", "says"),
    [
        ("he_uniform", lambda i, o: np.random.randn(i, o) * (2 / i) ** 0.5, "where uniform ones of that spread end"),
        ("he_normal", lambda i, o: np.random.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5, "where normal ones"),
        ("he_normal", lambda i, o: np.random.default_rng(1).normal(0, (2 / i) ** 0.5, (i, o)), "must draw anew"),
        ("he_normal", lambda i, o: np.random.randn(i, o) * (2 / o) ** 0.5, "standard deviation"),
        ("xavier_normal", lambda i, o: np.random.randn(i, 1) * np.ones(o) * (2 / (i + o)) ** 0.5, "columns"),
        ("xavier_normal", lambda i, o: np.random.randn(o, i) * (2 / (i + o)) ** 0.5, "shape"),
    ],
)
def test_what_is_wrong_with_initial_weights_is_told(judge_impl: Judge, name: str, draw: object, says: str) -> None:
    """Distribution, deviation, independence and shape."""
    results = judge_impl(name, **{name: draw})
    assert bad_checks(results) == {"forward"}
    assert says in results["forward"].message


def test_a_loss_that_is_reduced_otherwise_is_told_as_a_convention(judge_impl: Judge) -> None:
    """A sum for a mean is right under reduction=sum, and said to be."""

    def mse_loss(x, y):
        return np.square(x - y).sum(), 2 * (x - y)

    told = {result.diagnosis for result in judge_impl("mse_loss", mse_loss=mse_loss).values() if result.status.is_bad}
    assert "dialect:reduction=sum" in told


def test_a_ctc_loss_that_is_a_sum_is_told_as_a_convention(judge_impl: Judge) -> None:
    """Right under the one, and said under the other."""

    def ctc_loss(x, y, lengths):
        loss, dx = impl.ctc_loss(x, y, lengths)
        return loss * len(lengths), dx * x.dtype.type(len(lengths))

    assert judge_impl("ctc_loss", ctc_loss=ctc_loss)["forward"].diagnosis == "dialect:reduction=sum"
    assert bad_checks(judge_impl("ctc_loss", Dialect(reduction="sum"), ctc_loss=ctc_loss)) == set()


def ctc_loss_by_lengths(x, y, lengths):
    """As torch's mean has it: impl's of one text after the other, each divided by its length."""
    texts = [impl.ctc_loss(x[:, n : n + 1], y[n : n + 1], lengths[n : n + 1]) for n in range(len(lengths))]
    losses = [loss / x.dtype.type(length) for (loss, _), length in zip(texts, lengths, strict=True)]
    dx = [slope / x.dtype.type(length) for (_, slope), length in zip(texts, lengths, strict=True)]
    return np.mean(losses), np.concatenate(dx, axis=1) / x.dtype.type(len(lengths))


def test_a_ctc_loss_that_is_averaged_as_torch_does_is_told_as_a_convention(judge_impl: Judge) -> None:
    """Right under the one, and said under the other."""
    told = judge_impl("ctc_loss", ctc_loss=ctc_loss_by_lengths)["forward"]
    assert told.diagnosis == "dialect:ctc_average=lengths"
    assert bad_checks(judge_impl("ctc_loss", Dialect(ctc_average="lengths"), ctc_loss=ctc_loss_by_lengths)) == set()


def test_a_ctc_gradient_that_is_not_divided_by_the_lengths_is_seen(judge_impl: Judge) -> None:
    """The loss is: under its convention the gradient is wrong, and no other check is."""

    def ctc_loss(x, y, lengths):
        return ctc_loss_by_lengths(x, y, lengths)[0], impl.ctc_loss(x, y, lengths)[1]

    results = judge_impl("ctc_loss", Dialect(ctc_average="lengths"), ctc_loss=ctc_loss)
    assert bad_checks(results) == {"gradient"}


def less_log_sum_exp(x):
    """Log-softmax as ``x - logsumexp(x)``."""
    largest = x.max(axis=-1, keepdims=True)
    return x - (largest + np.log(np.exp(x - largest).sum(axis=-1, keepdims=True)))


def log_softmax(x, dout):
    """The layer."""
    out = less_log_sum_exp(x)
    return {"out": out, "dx": dout - np.exp(out) * dout.sum(axis=-1, keepdims=True)}


def temporal_softmax_loss(x, y, mask):
    """Its gradient."""
    return {"dx": (np.exp(less_log_sum_exp(x)) - (np.arange(x.shape[2]) == y[..., None])) * mask[..., None] / len(x)}


def focal_loss(x, y):
    """Its gradient, gamma being 1."""
    logs, is_right = less_log_sum_exp(x), np.arange(x.shape[1]) == y[:, None]
    own = logs[is_right][:, None]
    return {"dx": (np.exp(own) * own - (1 - np.exp(own))) * (is_right - np.exp(logs)) / len(x)}


def cross_entropy(x, y, weight):
    """Its gradient, a tenth of a label smoothed, the label 0 not counting."""
    is_right = np.arange(x.shape[1]) == y[:, None]
    wanted = weight * (0.9 * is_right + 0.1 / x.shape[1]) * (y != 0)[:, None]
    shares = np.exp(less_log_sum_exp(x)) * wanted.sum(axis=1, keepdims=True)
    return {"dx": (shares - wanted) / (weight[y] * (y != 0)).sum()}


@pytest.mark.needs_torch
@pytest.mark.parametrize(
    ("contract", "seed", "index", "hand"),
    [
        ("log_softmax", 11, 83, log_softmax),
        ("temporal_softmax_loss", 11, 115, temporal_softmax_loss),
        ("focal_loss", 4, 23, focal_loss),
        ("cross_entropy_extended", 4, 16, cross_entropy),
        ("ctc_loss", 11, 71, lambda **given: dict(zip(("loss", "dx"), impl.ctc_loss(**given), strict=True))),
    ],
)
def test_what_a_stable_formula_loses_is_allowed_where_its_runs_were_lucky(
    contract: str, seed: int, index: int, hand: Callable[..., dict[str, Any]]
) -> None:
    """Each was called wrong: four float32 runs had all lost nothing at one number."""
    row = contract_named(contract)
    before = replace(row, scenarios=tuple(each for each in row.scenarios if each.name != NOT_A_NUMBER))
    case = draw_case(before, seed, index)  # as it was drawn then
    answer = computed_answer(case)
    for name, got in hand(**case.inputs).items():
        assert compare(np.asarray(got), answer.values[name], answer.units[name], case.dtype).is_right


def test_words_in_bytes_that_stand_twice_are_asked(judge_impl: Judge) -> None:
    """Impl once computed where the second one is added in the words' own bytes: 143 * 2 is 30 there."""

    def word_embedding_backward(dout, cache):
        x, w = cache
        words, rows = x.reshape(-1), dout.reshape(-1, w.shape[1])
        dw = np.zeros(w.shape, w.dtype)
        for feature in range(w.shape[1]):
            places = words * x.dtype.type(w.shape[1]) + x.dtype.type(feature)
            np.add.at(dw.reshape(-1), places, rows[:, feature])
        return dw

    results = judge_impl("word_embedding", word_embedding_backward=word_embedding_backward)
    assert bad_checks(results) == {"gradient"}
    assert "dW differs from the reference in 4 of 22 cases" in results["gradient"].message


@pytest.mark.parametrize(
    ("shift", "bad"),
    [
        (lambda x: x.max(axis=2, keepdims=True), set()),
        *((shift, {"forward"}) for shift in (np.zeros_like, np.max, lambda x: x.min(axis=2, keepdims=True))),
    ],
)
def test_the_largest_score_of_a_step_must_be_taken_out(
    judge_impl: Judge, shift: Callable[[Any], Any], bad: set[str]
) -> None:
    """What the course's own text bears is asked; what underflows there is only advised."""

    def temporal_softmax_loss(x, y, mask):
        powers = np.exp(x - shift(x))
        shares = powers / powers.sum(axis=2, keepdims=True)
        chosen = np.arange(x.shape[2]) == y[..., None]
        loss = -(mask * np.log(shares[chosen].reshape(y.shape))).sum() / len(x)
        return x.dtype.type(loss), ((shares - chosen) * mask[..., None] / len(x)).astype(x.dtype)

    results = judge_impl("temporal_softmax_loss", temporal_softmax_loss=temporal_softmax_loss)
    assert {check for check in bad_checks(results) if results[check].required} == bad


def test_a_rule_may_call_its_state_as_it_likes(judge_impl: Judge) -> None:
    """What it adds to the config that it gives back is its own."""

    def adagrad(w, dw, config=None):
        config.setdefault("G", np.zeros_like(w))
        config["G"] += dw**2
        return w - config["learning_rate"] * dw / (np.sqrt(config["G"]) + config["epsilon"]), config

    assert bad_checks(judge_impl("adagrad", adagrad=adagrad)) == set()
