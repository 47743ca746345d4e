"""Entries in other places, other labels, whole numbers and limits are named by an edit."""

from dataclasses import replace

import numpy as np
from conftest import Judge, hinted

from gradproof import impl
from gradproof.conformance.spec.conventions import DEFAULT


def test_a_column_less_a_row_is_told_as_one(judge_impl: Judge) -> None:
    """Predictions were made a column and targets a row: every one is compared with every other."""

    def mse_loss(x, y):
        error = x.reshape(-1, 1) - y.reshape(-1)
        return np.mean(error**2), (2 * error.mean(axis=1) / x.size).reshape(x.shape)

    assert "as a column and a row broadcast" in hinted(judge_impl("mse_loss", mse_loss=mse_loss))


def test_labels_of_minus_one_are_told(judge_impl: Judge) -> None:
    """The gradient takes 0 and 1 for -1 and 1."""

    def bce_with_logits_loss(x, y):
        loss, dx = impl.bce_with_logits_loss(x, y)
        return loss, dx - x.dtype.type(1 / x.size) * (y - 1)

    told = hinted(judge_impl("bce_with_logits_loss", bce_with_logits_loss=bce_with_logits_loss))
    assert "labels of -1 and 1 in place of 0 and 1" in told


def test_entries_that_are_read_column_by_column_are_told(judge_impl: Judge) -> None:
    """Each sample is flattened in the order of Fortran."""

    def flatten_forward(x):
        return np.array([each.ravel(order="F") for each in x]), x.shape

    assert "order='F' goes column by column" in hinted(judge_impl("flatten", flatten_forward=flatten_forward))


def test_a_whole_division_is_told_though_it_gives_nothing_but_0(judge_impl: Judge) -> None:
    """The rate is 0 until the warm-up is over, and right after it."""

    def warmup_schedule(learning_rate, step, warmup):
        return learning_rate * min(1, (step + 1) // warmup)

    assert "with // in place of /" in hinted(judge_impl("warmup_schedule", warmup_schedule=warmup_schedule))


def test_a_limit_of_a_gradient_is_told_with_its_number(judge_impl: Judge) -> None:
    """The gradient is clipped inside the layer."""

    def backward(dout, cache):
        return np.clip(impl.tanh_backward(dout, cache), -0.25, 0.25)

    assert "cut off at -0.25 and 0.25" in hinted(judge_impl("tanh", tanh_backward=backward))


def test_a_branch_that_only_another_scenario_reaches_is_searched_too(judge_impl: Judge) -> None:
    """What is multiplied by at test time is what is dropped; in training all is right."""
    dialect = replace(DEFAULT, dropout="vanilla")

    def forward(x, param):
        if param["mode"] == "test":
            return x * x.dtype.type(1 - param["p"]), None
        mask = np.random.default_rng(param.get("seed")).random(x.shape) < param["p"]
        return np.where(mask, x, 0), mask

    def backward(dout, mask):
        return dout if mask is None else np.where(mask, dout, 0)

    told = hinted(judge_impl("dropout", dialect, dropout_forward=forward, dropout_backward=backward))
    assert "`1 - keep` in place of `keep`" in told
