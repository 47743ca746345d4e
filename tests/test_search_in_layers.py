"""Mistakes of layers and update rules in students' style are named by an edit: a form of a formula, or two steps."""

import numpy as np
import pytest
from test_search import Judged, hinted, judged

__all__ = ["judged"]


def test_a_gradient_that_is_shrunk_as_a_whole_is_told(judged: Judged) -> None:
    """Each element is clipped by itself; they make all smaller by the largest."""

    def clip_grad_value(grads, limit):
        peaks = {name: np.abs(g).max(initial=0) for name, g in grads.items()}
        return {name: g * min(1, limit / peaks[name]) if peaks[name] else g for name, g in grads.items()}

    assert "np.max(np.abs(grad))" in hinted(judged("clip_grad_value", clip_grad_value=clip_grad_value))


def test_a_decay_of_what_was_stepped_already_is_told(judged: Judged) -> None:
    """The decay is of the old weights; they take it off the new ones."""

    def sgd_weight_decay(w, dw, config):
        w = w - config["learning_rate"] * dw
        return w * (1 - config["learning_rate"] * config["weight_decay"]), config

    assert "`stepped` in place of `w`" in hinted(judged("sgd_weight_decay", sgd_weight_decay=sgd_weight_decay))


@pytest.mark.release
def test_windows_that_end_one_below_the_floor_are_told(judged: Judged) -> None:
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

    found = judged("adaptive_avg_pool", adaptive_avg_pool_forward=forward, adaptive_avg_pool_backward=backward)
    assert "np.floor" in hinted(found)
