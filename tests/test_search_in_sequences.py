"""Mistakes that a way of writing shows: terms in full, weights taken anew, a scale before its sums; what is asked."""

import numpy as np
from conftest import Judge, hinted

from gradproof import impl


def test_a_slope_that_reaches_one_of_two_terms_is_named(judge_impl: Judge) -> None:
    """What comes from both states is written out for each gate; of the candidate's the parentheses are forgotten."""

    def backward(dnext_h, dnext_c, cache):
        x, prev_h, prev_c, wx, wh, gates, tanh_c = cache
        i, f, o, g = np.split(gates, 4, axis=1)
        from_h = dnext_h * o * (1 - tanh_c**2)
        dc = dnext_c + from_h
        dg = dnext_c * i + from_h * i * (1 - g**2)
        slopes = (dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * tanh_c * o * (1 - o), dg)
        da = np.concatenate(slopes, axis=1)
        return da @ wx.T, da @ wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    words = hinted(judge_impl("lstm_step", lstm_step_backward=backward))
    assert "with other parentheses" in words
    assert "dnext_h * (1 - g ** 2)" in words


def test_weights_taken_anew_without_their_mask_are_named(judge_impl: Judge) -> None:
    """The backward looks again, at what is hidden too."""

    def backward(dout, cache):
        q, k, v = cache[:3]
        return impl.attention_backward(dout, impl.attention_forward(q, k, v)[1])

    words = hinted(judge_impl("attention", attention_backward=backward))
    assert "if this step is left out: `scores = np.where(mask, scores, -np.inf)`" in words


def test_a_scale_that_comes_after_its_sums_is_named(judge_impl: Judge) -> None:
    """Gamma multiplies dx, and not what the mean is taken of."""

    def backward(dout, cache):
        unit, inverse, gamma = cache
        dx = gamma * inverse * (dout - unit * (dout * unit).mean(axis=-1, keepdims=True))
        return dx, impl.rmsnorm_backward(dout, cache)[1]

    words = hinted(judge_impl("rmsnorm", rmsnorm_backward=backward))
    assert "if what `dout = dout * gamma` does is done to `dx`" in words


def test_code_that_raises_where_an_axis_is_of_length_1_is_asked_what_becomes_of_it(judge_impl: Judge) -> None:
    """As where steps are squeezed out of x, and the features get lost where there is one. A question is no name."""

    def rnn_forward(x, *others):
        if x.shape[2] == 1:
            raise ValueError("shapes not aligned")
        return impl.rnn_forward(x, *others)

    forward = judge_impl("rnn", rnn_forward=rnn_forward)["forward"]
    assert "in all cases with x.shape[2]=1 and in no other" in forward.message
    assert forward.hint.startswith("What becomes of an axis of length 1 there?")
    assert forward.diagnosis is None
