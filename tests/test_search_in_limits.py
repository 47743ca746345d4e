"""Limits, what begins elsewhere, functions written out, what is laid out otherwise: named by the search."""

import ast
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from conftest import Judge, hinted, others

from gradproof import impl
from gradproof.conformance.checks.verdicts import Plan, cases_of
from gradproof.conformance.diagnosis.search.attempts import observations
from gradproof.conformance.diagnosis.search.reach import moved
from gradproof.conformance.diagnosis.search.scope import Scope
from gradproof.conformance.diagnosis.search.ways import ways_of
from gradproof.conformance.diagnosis.search.widening import layouts, limits, numbers
from gradproof.conformance.engine.runner import gather
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT


def test_a_limit_to_the_gradients_of_parameters_is_named_with_its_number(judge_impl: Judge) -> None:
    """Those that are handed on are not cut off, and are not said to be."""

    def backward(dout, cache):
        dx, *others = impl.feed_forward_backward(dout, cache)
        return dx, *(np.clip(each, -0.25, 0.25) for each in others)

    words = hinted(judge_impl("feed_forward", feed_forward_backward=backward))
    assert "with `dW1, db1, dW2, db2` cut off at -0.25 and 0.25" in words


def test_a_round_limit_is_told_of_the_part_that_it_explains(judge_impl: Judge) -> None:
    """The output ends at 4, and so does its slope, of which no edit is known."""
    results = judge_impl(
        "relu",
        relu_forward=lambda x: (np.clip(x, 0, 4), x),
        relu_backward=lambda dout, x: dout * ((x > 0) & (x < 4)),
    )
    assert "cut off at 4" in hinted(results)
    assert "What is wrong with dx this does not explain." in hinted(results)


def test_a_straight_line_that_begins_too_early_is_named_by_where_it_begins(judge_impl: Judge) -> None:
    """No value tells the number: it is one of those that are usual."""

    def forward(x):
        return np.where(x > 2, x, impl.softplus_forward(x)[0]), x

    assert "with 2 in place of `40.0`" in hinted(judge_impl("softplus", softplus_forward=forward))


def test_a_logarithm_of_a_sum_that_is_written_out_overflows_and_is_named(judge_impl: Judge) -> None:
    """``np.log(1 + np.exp(z))`` for ``np.logaddexp(0, z)``."""

    def loss(z, y):
        return np.mean(np.log(1 + np.exp(z)) - z * y), impl.sigmoid_cross_entropy(z, y)[1]

    words = hinted(judge_impl("sigmoid_cross_entropy", sigmoid_cross_entropy=loss))
    assert "`np.log(1 + np.exp(z))` in place of `np.logaddexp(0, z)`" in words


def test_a_probability_that_is_kept_from_0_is_named_though_the_formula_gives_infinity(judge_impl: Judge) -> None:
    """Of a formula that is not finite itself it is known what it leads to."""

    def loss(x, y):
        p = np.exp(x - x.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return -np.log(np.maximum(p, 3e-7))[np.arange(len(x)), y].mean(), impl.softmax_loss(x, y)[1]

    assert "kept at 3e-07 at least" in hinted(judge_impl("softmax_loss", softmax_loss=loss))


def test_what_is_not_finite_is_moved_to_what_is() -> None:
    """Every entry, and each by another amount."""
    assert np.unique(moved(np.array([np.inf, -np.inf, np.nan]))).size == 3
    assert np.isfinite(moved(np.array([np.inf, 1.0, np.nan]))).all()


def test_what_repeats_each_entry_for_the_whole_is_named(judge_impl: Judge) -> None:
    """The bias falls on the wrong rows."""

    def forward(x, w, b):
        bias = np.repeat(b, len(x)).reshape(len(x), -1)
        return x.reshape(len(x), -1) @ w + bias, (x, w, b)

    assert "`np.repeat(b, N)` in place of `np.tile(b, N)`" in hinted(judge_impl("affine", affine_forward=forward))


def test_one_side_of_an_image_stands_for_the_smaller_one_too() -> None:
    """As where an image is taken for a square."""
    scope = Scope(scalars={"height": True, "width": True})
    assert "min(width, height)" in others("left = j * width // 2", lambda *node: numbers.of(*node, scope))


def test_padding_is_cut_from_one_end_alone_and_put_on_one_end_alone() -> None:
    """Along all sides at once; of one side alone it is an edit of its own."""

    def cut(node: ast.expr, parent: ast.AST, _field: str) -> Iterable[tuple[str, ast.expr]]:
        return limits.of(node, parent, Scope())

    made = others("out = whole[:, :, pad : H - pad, pad : W - pad]", cut)
    assert made == {"whole[:, :, 2 * pad:H, 2 * pad:W]", "whole[:, :, :H - 2 * pad, :W - 2 * pad]"}
    made = others("np.pad(x, ((0, 0), (p, p), (p, p)))", cut)
    assert made == {"((0, 0), (2 * p, 0), (2 * p, 0))", "((0, 0), (0, 2 * p), (0, 2 * p))"}


def test_images_are_read_by_columns() -> None:
    """The gradient of them alone, and no matrix."""
    images, matrix = Scope(arrays={"dout": {1: (2, 3, 4, 5)}}), Scope(arrays={"dout": {1: (2, 3)}})
    by_columns = "dout.swapaxes(2, 3).reshape(dout.shape)"
    made = [others("dw = np.sum(dout)", lambda n, p, _, s=s: layouts.of(n, p, s)) for s in (images, matrix)]
    assert by_columns in made[0]
    assert not made[1]


@pytest.mark.parametrize("before", [1, 2])
def test_a_way_that_trains_draws_the_batches_that_the_submission_draws(oracle: Oracle, before: int) -> None:
    """Whatever was drawn before: else what hangs on the order of the samples could not be compared."""
    contract = contract_named("list_training")
    plan = Plan((contract,))
    case = next(c for c in cases_of(contract, oracle, plan, DEFAULT, None) if c.options["batch_size"] == 1)
    (way, *_) = ways_of(contract, DEFAULT)
    record = next(r for r in gather(contract, way.session, oracle, plan).records if r.case.id == case.id)
    np.random.seed(before)
    given: dict[str, Any] = dict(observations(way, record, True))
    assert np.array_equal(given["last_W1"], record.observed.arrays["last_W1"])
