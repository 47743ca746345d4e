"""Mistakes of layers and update rules in students' style are named by an edit: a form of a formula, or two steps."""

import numpy as np
import pytest
from conftest import Judge, hinted


def test_a_gradient_that_is_shrunk_as_a_whole_is_told(judge_impl: Judge) -> None:
    """Each element is clipped by itself; they make all smaller by the largest."""

    def clip_grad_value(grads, limit):
        peaks = {name: np.abs(g).max(initial=0) for name, g in grads.items()}
        return {name: g * min(1, limit / peaks[name]) if peaks[name] else g for name, g in grads.items()}

    assert "np.max(np.abs(grad))" in hinted(judge_impl("clip_grad_value", clip_grad_value=clip_grad_value))


def test_a_square_that_is_compared_for_the_norm_is_no_norm_that_always_grows(judge_impl: Judge) -> None:
    """Norms lie on both sides of 1: below it the square is the smaller one, and nothing is made longer."""

    def clip_grad_norm(grads, max_norm):
        total = sum(float(np.vdot(g, g)) for g in grads.values())
        factor = max_norm / total**0.5 if total > max_norm else 1
        return {name: g * g.dtype.type(factor) for name, g in grads.items()}

    assert "`norm` in place of `1`" in hinted(judge_impl("clip_grad_norm", clip_grad_norm=clip_grad_norm))


def test_a_decay_of_what_was_stepped_already_is_told(judge_impl: Judge) -> None:
    """The decay is of the old weights; they take it off the new ones."""

    def sgd_weight_decay(w, dw, config):
        w = w - config["learning_rate"] * dw
        return w * (1 - config["learning_rate"] * config["weight_decay"]), config

    assert "`stepped` in place of `w`" in hinted(judge_impl("sgd_weight_decay", sgd_weight_decay=sgd_weight_decay))


def test_a_logarithm_to_another_base_is_told_as_one(judge_impl: Judge) -> None:
    """As a function, and not as a number that is 1.4427."""

    def kl_loss(x, y):
        entropy = np.where(y > 0, y * np.log2(np.where(y > 0, y, 1)), 0)
        return np.mean(entropy - y * x), -y / y.size

    told = hinted(judge_impl("kl_loss", kl_loss=kl_loss))
    assert "np.log2" in told
    assert "relu" not in told


def test_an_axis_that_is_not_looked_at_is_told(judge_impl: Judge) -> None:
    """The first axis, whatever axis is asked for."""

    def backward(dout, cache):
        out, _axis = cache
        return dout - np.exp(out) * np.sum(dout, axis=0, keepdims=True)

    assert "along axis 0" in hinted(judge_impl("log_softmax_axis", log_softmax_axis_backward=backward))


def test_samples_that_a_reshape_mixes_are_told(judge_impl: Judge) -> None:
    """The shape of the transposed matrix, and then transposed."""

    def forward(x, w, b):
        return x.reshape(w.shape[0], -1).T @ w + b, (x, w, b)

    assert "`x.reshape(-1, N).T` in place of `x.reshape(N, -1)`" in hinted(judge_impl("affine", affine_forward=forward))


def test_a_mean_over_all_entries_for_the_rows_is_told(judge_impl: Judge) -> None:
    """Divided by the size of the scores."""

    def nll_loss(x, y):
        hot = np.eye(x.shape[1], dtype=x.dtype)[y]
        return -np.sum(hot * x) / x.size, -hot / x.size

    assert "`x.size` in place of `N`" in hinted(judge_impl("nll_loss", nll_loss=nll_loss))


def test_no_array_of_numbers_is_told_for_a_question(judge_impl: Judge) -> None:
    """A slope that is not clipped is what is chosen wherever x is not 0; that is not what was done."""

    def huber_loss(x, y, delta=1.0):
        error = x - y
        size = np.abs(error)
        each = np.where(size <= delta, error**2 / 2, delta * (size - delta / 2))
        return np.sum(each), error / x.size

    assert "in place of `near`" not in hinted(judge_impl("huber_loss", huber_loss=huber_loss))


@pytest.mark.release
def test_windows_that_end_one_below_the_floor_are_told(judge_impl: Judge) -> None:
    """The end is rounded up; they take the whole part and one more."""

    def windows(size, parts):
        return [slice(i * size // parts, (i + 1) * size // parts + 1) for i in range(parts)]

    def forward(x, output_size):
        rows, columns = windows(x.shape[2], output_size), windows(x.shape[3], output_size)
        out = [[x[:, :, r, c].mean(axis=(2, 3)) for c in columns] for r in rows]
        return np.moveaxis(np.array(out, x.dtype), (0, 1), (2, 3)), (x.shape, rows, columns)

    def backward(dout, cache):
        shape, rows, columns = cache
        dx = np.zeros(shape, dout.dtype)
        for i, r in enumerate(rows):
            for j, c in enumerate(columns):
                seen = dx[:, :, r, c]
                seen += (dout[:, :, i, j] / (seen.shape[2] * seen.shape[3]))[:, :, None, None]
        return dx

    found = judge_impl("adaptive_avg_pool", adaptive_avg_pool_forward=forward, adaptive_avg_pool_backward=backward)
    assert "np.floor" in hinted(found)


def test_an_activation_in_the_place_of_its_slope_is_told(judge_impl: Judge) -> None:
    """The sigmoid of the gate, which is one already, for ``f * (1 - f)``."""

    def lstm_step_forward(x, prev_h, prev_c, w_x, w_h, b):
        sums = np.split(x @ w_x + prev_h @ w_h + b, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-a)) for a in sums[:3])
        g = np.tanh(sums[3])
        c = f * prev_c + i * g
        return o * np.tanh(c), c, (x, prev_h, prev_c, w_x, w_h, i, f, o, g, np.tanh(c))

    def lstm_step_backward(dnext_h, dnext_c, cache):
        x, prev_h, prev_c, w_x, w_h, i, f, o, g, t = cache
        dc = dnext_c + dnext_h * o * (1 - t**2)
        df = dc * prev_c / (1 + np.exp(-f))
        da = np.hstack([dc * g * i * (1 - i), df, dnext_h * t * o * (1 - o), dc * i * (1 - g**2)])
        return da @ w_x.T, da @ w_h.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    hands = {"lstm_step_forward": lstm_step_forward, "lstm_step_backward": lstm_step_backward}
    assert "in place of `df * f * (1 - f)`" in hinted(judge_impl("lstm_step", **hands))


@pytest.mark.release
def test_an_option_that_is_written_out_is_named(judge_impl: Judge) -> None:
    """Padding by 1, whatever pad is; where windows do not fit then it raises as they do."""

    def forward(x, w, b, conv_param):
        stride, pad = conv_param["stride"], conv_param["pad"]
        (count, _, height, width), (filters, _, rows, columns) = x.shape, w.shape
        high, wide = (height + 2 * pad - rows) // stride + 1, (width + 2 * pad - columns) // stride + 1
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        out = np.zeros((count, filters, high, wide), x.dtype)
        for n, f, i, j in np.ndindex(*out.shape):
            window = padded[n, :, i * stride : i * stride + rows, j * stride : j * stride + columns]
            out[n, f, i, j] = (window * w[f]).sum() + b[f]
        return out, (x, w, b, conv_param)

    results = judge_impl("conv", conv_forward_naive=forward)
    assert "`((0, 0), (0, 0), (1, 1), (1, 1))`" in results["forward"].ladder[-1]
