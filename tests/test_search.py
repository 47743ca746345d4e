"""Mistakes that nobody has written down are named by the smallest edit of a right formula, and no others are."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import Judge, hinted, one_in

from gradproof import impl
from gradproof.conformance.diagnosis.search import looking
from gradproof.conformance.diagnosis.search.attempts import runs
from gradproof.conformance.diagnosis.search.edits import edits_of
from gradproof.conformance.diagnosis.search.scope import scopes_of
from gradproof.conformance.diagnosis.search.ways import files_of, way_of, way_of_impl, ways_of
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

TRAINING = ("training",)
WAY_CASES = 6
OPEN = ("relu_slope", "pool_ties", "adam_eps")  # whose other answers the ways of layers do not have
UNSTABLE = ("losses_by_probabilities", "losses_unshifted")  # as they are written, and known to be


def complete_ways() -> list[tuple[Contract, Dialect, Path]]:
    """The file of every way of every contract, under the default dialect and each that it may be asked for."""
    rows = [row for row in all_contracts() if not any(check in TRAINING for check in row.observes.values())]
    return [
        (row, dialect, file)
        for row in rows
        for dialect in (DEFAULT, *DEFAULT.variants(tuple(name for name in row.dialects if name not in OPEN)))
        for file in files_of(row)
        if row.name not in ("batchnorm_net", "layernorm_net", "dropout_net")
    ]


@pytest.mark.parametrize(
    ("row", "dialect", "file"),
    one_in(4, complete_ways()),
    ids=lambda v: getattr(v, "stem", getattr(v, "name", None)) or v.tag(DEFAULT.__dict__),
)
def test_every_way_is_right(row: Contract, dialect: Dialect, file: Path, oracle: Oracle) -> None:
    """An edit is one of a right formula: of nothing but what is said to overflow, or to be a free choice."""
    way = way_of(file, dialect.restricted(row.dialects))
    plan = Plan((row,), dialect, WAY_CASES)
    results = judge(gather(row, way.session, oracle, plan), oracle, plan)
    allowed = ("stability",) if way.name in UNSTABLE else ()
    assert [r.message for r in results if r.status.is_bad and r.check not in allowed] == []


def test_an_edit_that_is_on_no_list_is_named(judge_impl: Judge) -> None:
    """The slope of tan for that of tanh: 1 + out^2."""

    def backward(dout, x):
        return dout * (1 + np.tanh(x) ** 2)

    assert "with + in place of - in `1 - out ** 2`" in hinted(judge_impl("tanh", tanh_backward=backward))


def test_parentheses_that_are_missing_are_named(judge_impl: Judge) -> None:
    """Dout multiplies the 1 alone."""

    def backward(dout, x):
        return dout * 1 - np.tanh(x) ** 2

    assert "other parentheses" in hinted(judge_impl("tanh", tanh_backward=backward))


def test_what_each_pass_overwrites_is_named(judge_impl: Judge) -> None:
    """= for += in a loop: dWx is that of the first step alone."""

    def backward(dh, cache):
        dx, dh0, _, dwh, db = impl.rnn_backward(dh, cache)
        carried = np.zeros_like(dh[:, 0])
        for t in reversed(range(dh.shape[1])):
            _, carried, dwx, _, _ = impl.rnn_step_backward(dh[:, t] + carried, cache[t])
        return dx, dh0, dwx, dwh, db

    assert "each pass overwrites the last" in hinted(judge_impl("rnn", rnn_backward=backward))


def test_another_reduction_is_told_by_its_name(judge_impl: Judge) -> None:
    """A maximum for the sum of all that a weight did."""

    def backward(dout, cache):
        dx, dw, _ = impl.affine_backward(dout, cache)
        return dx, dw, dout.max(axis=0)

    assert "with `dout.max` in place of `dout.sum`" in hinted(judge_impl("affine", affine_backward=backward))


def test_what_is_left_out_is_told_with_its_brackets(judge_impl: Judge) -> None:
    """``* (1 - out ** 2)``, which is not ``* 1 - out ** 2``."""

    def backward(dout, _x):
        return dout

    assert "without `* (1 - out ** 2)`" in hinted(judge_impl("tanh", tanh_backward=backward))


@pytest.mark.parametrize("contract", ["rnn", "max_pool"])
def test_every_edit_can_be_compiled(contract: str, oracle: Oracle) -> None:
    """Planted: one kind of them could not, and was never tried."""
    row = contract_named(contract)
    for way in ways_of(row, DEFAULT):
        record = gather(row, way.session, oracle, Plan((row,), DEFAULT, 3)).records[-1]
        scopes = scopes_of(way.trees, lambda way=way, record=record: runs(way, record, True))
        edits = [edit for code, seen in scopes.items() for edit in edits_of(way.trees[code], seen)]
        assert edits
        one_a_kind = {edit.kind: edit for edit in edits}.values()
        assert {edit.kind for edit in one_a_kind if edit.code is None} == set()


def test_what_agrees_on_the_smallest_case_alone_is_no_name(judge_impl: Judge) -> None:
    """Planted: the edit 1 + out^2 in small arrays, and something that no edit gives in all others."""

    def backward(dout, x):
        slope = 1 + np.tanh(x) ** 2 if x.size < 8 else 1 + np.tanh(x) ** 4 / 3 - np.cos(x) / 7
        return dout * slope

    assert hinted(judge_impl("tanh", tanh_backward=backward)) == ""


def test_two_edits_of_different_values_are_both_named(judge_impl: Judge) -> None:
    """Planted: dw and db wrong, each by an edit of its own."""

    def backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return dx, -dw, 3 * db

    told = hinted(judge_impl("affine", affine_backward=backward))
    assert "Your dw is" in told
    assert re.search(r"db .* 3 times `dout(\[n\]|\.sum\(axis=0\))`", told)


def test_a_bias_gradient_that_is_never_summed_is_told_so(judge_impl: Judge) -> None:
    """Not that it keeps a row axis, which is as true of the first case, with its one sample."""

    def backward(dout, cache):
        dx, dw, _ = impl.affine_backward(dout, cache)
        return dx, dw, dout

    results = judge_impl("affine", affine_backward=backward)
    assert "without the sum" in results["interface"].hint
    assert "shape (1, M)" not in results["interface"].hint


def test_names_are_of_the_dialect_that_was_asked_for(judge_impl: Judge) -> None:
    """P is the probability to drop: who divides by it is not told of the probability to keep."""

    def forward(x, dropout_param):
        p = dropout_param["p"]
        if dropout_param["mode"] == "test":
            return x, (None, 1.0)
        mask = np.random.default_rng(dropout_param.get("seed")).random(x.shape) >= p
        scale = x.dtype.type(1) / x.dtype.type(p)
        return np.where(mask, x * scale, 0), (mask, scale)

    def backward(dout, cache):
        mask, scale = cache
        return dout if mask is None else np.where(mask, dout * scale, 0)

    dialect = replace(DEFAULT, dropout_p="drop")
    told = hinted(judge_impl("dropout", dialect, dropout_forward=forward, dropout_backward=backward))
    assert "with `p` in place of `keep`, where `keep = 1 - p`" in told


def test_a_mask_that_is_drawn_rightly_is_not_blamed(judge_impl: Judge) -> None:
    """Vanilla dropout that forgets the scale at test time: its masks have the right rate."""
    dialect = replace(DEFAULT, dropout="vanilla")

    def forward(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x, None
        mask = np.random.default_rng(dropout_param.get("seed")).random(x.shape) < dropout_param["p"]
        return np.where(mask, x, 0), mask

    def backward(dout, mask):
        return dout if mask is None else np.where(mask, dout, 0)

    told = hinted(judge_impl("dropout", dialect, dropout_forward=forward, dropout_backward=backward))
    assert "test_out" in told
    assert "without `* keep`" in told
    assert "of `keep = " not in told


def test_the_ways_are_as_they_were(oracle: Oracle, judge_impl: Judge) -> None:
    """After a search every function has its own code again: the next submission meets the right formulas."""
    test_an_edit_that_is_on_no_list_is_named(judge_impl)
    row = contract_named("tanh")
    for file in files_of(row):
        test_every_way_is_right(row, DEFAULT, file, oracle)


def test_nothing_is_searched_where_all_is_named(judge_impl: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hand-written name that holds on every case goes before, and costs no search."""
    monkeypatch.setattr(looking, "matches", lambda _accused: pytest.fail("searched"))

    def backward(dout, cache):
        dx, dw, _ = impl.affine_backward(dout, cache)
        return dx, dw, dout.mean(axis=0)

    assert judge_impl("affine", affine_backward=backward)["gradient"].diagnosis == "affine:bias_gradient_is_a_mean"


def test_nothing_is_searched_where_nothing_came_back(judge_impl: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What raises in every case has no values that an edit could give."""
    monkeypatch.setattr(looking, "_Search", None)

    def unfilled(*_: object) -> None:
        raise ValueError("TODO")

    results = judge_impl("affine", affine_forward=unfilled, affine_backward=unfilled)
    assert not any(result.diagnosis for result in results.values())


def test_a_factor_that_is_missing_in_several_places_is_named(judge_impl: Judge) -> None:
    """The windows of the backward lie one apart, whatever the stride."""

    def backward(dout, cache):
        x, w, conv_param = cache
        pad = conv_param["pad"]
        _, dw, db = impl.conv1d_backward(dout, cache)
        dpadded = np.zeros((*x.shape[:2], x.shape[2] + 2 * pad), x.dtype)
        for t in range(dout.shape[2]):
            dpadded[:, :, t : t + w.shape[2]] += np.einsum("nf,fck->nck", dout[:, :, t], w)
        return dpadded[:, :, pad : pad + x.shape[2]], dw, db

    assert "without a factor in several places" in hinted(judge_impl("conv1d", conv1d_backward=backward))


def test_an_empty_slice_is_told_by_its_shape(judge_impl: Judge) -> None:
    """``[pad:-pad]`` is empty where pad is 0: no wrong number is there to tell it by."""

    def backward(dout, cache):
        pad = cache[2]["pad"]
        dx, dw, db = impl.conv1d_backward(dout, cache)
        return np.pad(dx, ((0, 0), (0, 0), (pad, pad)))[:, :, pad:-pad], dw, db

    assert "`pad:-pad` in place of `pad:pad + T`" in hinted(judge_impl("conv1d", conv1d_backward=backward))


def test_the_count_of_the_rows_for_that_of_all_entries_is_named(judge_impl: Judge) -> None:
    """The mean of the loss is over all entries, and that of the gradient over the rows."""

    def loss(x, y):
        return np.square(x - y).mean(), 2 * (x - y) / len(x)

    assert "`len(x)` in place of `x.size`" in hinted(judge_impl("mse_loss", mse_loss=loss))


def test_a_slope_too_many_is_named(judge_impl: Judge) -> None:
    """The sigmoid is the slope of softplus already."""

    def backward(dout, x):
        s = 1 / (1 + np.exp(-x))
        return dout * s * (1 - s)

    assert "`sigmoid(x) * (1 - sigmoid(x))` in place of" in hinted(judge_impl("softplus", softplus_backward=backward))


def test_three_mistakes_in_three_values_are_told_together(judge_impl: Judge) -> None:
    """Each has an edit of its own."""

    def backward(dout, cache):
        dx, dw, db = impl.affine_backward(dout, cache)
        return 3 * dx, -dw, db / len(dout)

    told = hinted(judge_impl("affine", affine_backward=backward))
    assert all(name in told for name in ("dx", "dw", "bias gradient"))


def test_impl_itself_is_the_last_way_of_a_layer() -> None:
    """It offers the layer, sees its own modules alone, and is no way of a network."""
    (way,) = way_of_impl(contract_named("affine"), DEFAULT)
    assert {"affine_forward", "affine_backward"} <= way.session.functions.keys()
    assert way.session.functions["affine_forward"] is not impl.affine_forward
    assert way_of_impl(contract_named("fully_connected_net"), DEFAULT) == ()
    assert way_of_impl(contract_named("dropout"), replace(DEFAULT, dropout_p="drop")) == ()


def test_a_power_that_is_taken_before_the_division_is_told_by_its_parentheses(judge_impl: Judge) -> None:
    """``spread ** -3 / 2`` is half of a cube."""

    def backward(dout, cache):
        x_hat, scale, gamma = cache.x_hat, cache.inverse_std, cache.gamma
        d, n = dout * gamma, len(dout)
        centred = x_hat / scale
        dvar = (d * centred * -0.5 * scale**6 / 2).sum(axis=0)
        dx = d * scale + dvar * 2 * centred / n - (d * scale).sum(axis=0) / n
        return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)

    assert "`spread ** -3 / 2`" in hinted(judge_impl("batchnorm", batchnorm_backward=backward))
