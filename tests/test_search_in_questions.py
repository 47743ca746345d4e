"""Edits of conditions: of what is done where nothing is asked, and of what stands under a question and should not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.spec.conventions import Dialect


def hinge(others_ask: bool, own_asks: bool) -> Callable[..., Any]:
    """The hinge loss in loops, whose gradient asks for the margin or not."""

    def svm_loss(x, y):
        loss, dx = 0.0, np.zeros_like(x)
        for i in range(len(x)):
            for j in range(x.shape[1]):
                margin = x[i, j] - x[i, y[i]] + 1
                if j == y[i]:
                    continue
                loss += max(0, margin)
                dx[i, j] += margin > 0 or not others_ask
                dx[i, y[i]] -= margin > 0 or not own_asks
        return loss / len(x), dx / len(x)

    return svm_loss


@pytest.mark.parametrize(
    ("others_ask", "own_asks", "told"),
    [
        (False, False, "what comes out whether or not `margins > 0`"),
        (False, True, "if `dx[n, c] += 1 / N` is done whether or not `margin > 0`"),
        (True, False, "if `dx[n, y[n]] -= 1 / N` is done whether or not `margin > 0`"),
    ],
)
def test_a_gradient_that_is_counted_beyond_the_margin_is_named(
    judge_impl: Judge, others_ask: bool, own_asks: bool, told: str
) -> None:
    """Of all other classes, of the right one, or of both; no number and no name that happens to be above 0."""
    results = judge_impl("svm_loss", svm_loss=hinge(others_ask, own_asks))
    assert told in hinted(results)
    assert ("whatever its condition says" if "margins" in told else "is done in any case") in results[
        "gradient"
    ].ladder[1]


def test_a_linear_classifier_that_counts_every_class_is_named(judge_impl: Judge) -> None:
    """And is not told that it asks for its regularization."""

    def svm_loss_naive(w, x, y, reg):
        loss, _ = impl.svm_loss_naive(w, x, y, reg)
        dw = 2 * reg * w
        for row, label in zip(x, y, strict=True):
            for c in range(w.shape[1]):
                if c != label:
                    dw[:, c] += row / len(x)
                    dw[:, label] -= row / len(x)
        return loss, dw

    assert "whether or not `margin > 0`" in hinted(judge_impl("svm_loss_naive", svm_loss_naive=svm_loss_naive))


def test_dropout_by_the_other_probability_is_named_where_0_is_left_alone(judge_impl: Judge) -> None:
    """``mask / p`` if p is above 0."""

    def forward(x, dropout_param):
        p = dropout_param["p"]
        rng = np.random.default_rng(dropout_param.get("seed"))
        if dropout_param["mode"] != "train":
            return x.copy(), None
        mask = (rng.random(x.shape) >= p) / (p or 1)
        return (x * mask).astype(x.dtype), mask

    def backward(dout, mask):
        return dout.copy() if mask is None else (dout * mask).astype(dout.dtype)

    drop = Dialect(dropout_p="drop")
    results = judge_impl("dropout", drop, dropout_forward=forward, dropout_backward=backward)
    assert "with `p or 1` in place of `keep` (1 where it is 0)" in hinted(results)


@pytest.mark.parametrize("share", ["mask.mean()", "mask.mean(axis=-1, keepdims=True)"])
def test_dropout_by_the_share_that_it_happened_to_keep_is_named(judge_impl: Judge, share: str) -> None:
    """Of all elements or of each row: what a submission kept is what an edit keeps, too."""

    def forward(x, dropout_param):
        rng = np.random.default_rng(dropout_param.get("seed"))
        if dropout_param["mode"] != "train":
            return x.copy(), None
        kept = rng.random(x.shape) < dropout_param["p"]
        mask = kept / np.maximum(kept.mean() if share == "mask.mean()" else kept.mean(axis=-1, keepdims=True), 1e-9)
        return (x * mask).astype(x.dtype), mask

    def backward(dout, mask):
        return dout.copy() if mask is None else (dout * mask).astype(dout.dtype)

    words = hinted(judge_impl("dropout", dropout_forward=forward, dropout_backward=backward))
    assert f"with `{share}` in place of `keep` (mask.mean is the share that was kept this time)" in words


def test_dropout_that_tosses_another_coin_is_not_told_of_what_follows_from_its_mask(judge_impl: Judge) -> None:
    """With its mask given, any edit of what is drawn by would have its values."""

    def forward(x, dropout_param):
        rng = np.random.default_rng(dropout_param.get("seed"))
        if dropout_param["mode"] != "train":
            return x.copy(), None
        mask = (rng.random(x.shape) < 1 / 2) / dropout_param["p"]
        return (x * mask).astype(x.dtype), mask

    def backward(dout, mask):
        return dout.copy() if mask is None else (dout * mask).astype(dout.dtype)

    results = judge_impl("dropout", dropout_forward=forward, dropout_backward=backward)
    assert "edit" not in f"{results['dropout_scaling'].diagnosis}"


def test_what_is_hidden_by_a_small_number_is_named(judge_impl: Judge) -> None:
    """A mask of 1e-9 hides nothing."""

    def forward(q, k, v, mask=None):
        hidden = None if mask is None else np.where(mask, 0, -1e-9).astype(q.dtype)
        scores = (q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])).astype(q.dtype)
        scores = scores if hidden is None else scores + hidden
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights = powers / powers.sum(axis=-1, keepdims=True)
        return weights @ v, (q, k, v, weights)

    words = hinted(judge_impl("attention", attention_forward=forward, attention_backward=attention_backward))
    assert "with `scores - 1e-09` in place of `-np.inf`" in words


def attention_backward(dout, cache):
    """The right one."""
    q, k, v, weights = cache
    dv = np.swapaxes(weights, -1, -2) @ dout
    dweights = dout @ np.swapaxes(v, -1, -2)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))
    dscores = dscores / q.dtype.type(np.sqrt(q.shape[-1]))
    return dscores @ k, np.swapaxes(dscores, -1, -2) @ q, dv


@pytest.mark.parametrize("place", ["window.size // 2", "window.size - 1"])
def test_a_gradient_that_goes_to_a_fixed_place_of_each_window_is_named(judge_impl: Judge, place: str) -> None:
    """The middle, or the last entry, in the place of the largest."""

    def backward(dout, cache):
        x, pool = cache
        h, w, s = (pool[k] for k in ("pool_height", "pool_width", "stride"))
        at = divmod(h * w // 2 if "//" in place else h * w - 1, w)
        dx = np.zeros_like(x)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                dx[:, :, i * s + at[0], j * s + at[1]] += dout[:, :, i, j]
        return dx

    def forward(x, pool):
        return impl.max_pool_forward_naive(x, pool)[0], (x, pool)

    results = judge_impl("max_pool", max_pool_forward_naive=forward, max_pool_backward_naive=backward)
    assert f"with `{place}` in place of `np.argmax(window)`" in hinted(results)


def test_an_activation_of_each_part_is_named_where_the_slope_is_right(judge_impl: Judge) -> None:
    """The way back takes tanh of the whole again."""

    def forward(x, prev_h, wx, wh, b):
        return np.tanh(x @ wx) + np.tanh(prev_h @ wh + b), impl.rnn_step_forward(x, prev_h, wx, wh, b)[1]

    words = hinted(judge_impl("rnn_step", rnn_step_forward=forward))
    assert "with `np.tanh(x @ Wx) + np.tanh(prev_h @ Wh + b)` in place of" in words
