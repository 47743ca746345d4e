"""Attention: the conventions that published code disagrees on, each told from the others; what is declared of it."""

from collections.abc import Callable

import numpy as np
import pytest
from conftest import bad_checks, local_session

from gradproof import impl
from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import GoldenOracle, TorchOracle
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import CONVENTIONS, DEFAULT, Dialect

ATTENTION = contract_named("attention")


def judged(forward: Callable, backward: Callable = impl.attention_backward, **dialect: str) -> dict[str, Result]:
    """The results of these functions under a dialect, check by check."""
    functions, oracle = {"attention_forward": forward, "attention_backward": backward}, GoldenOracle.open(None, None)
    plan = Plan((ATTENTION,), dialect=Dialect(**dialect), cases=16)
    exam = gather(ATTENTION, local_session(functions), oracle, plan)
    return {result.check: result for result in judge(exam, oracle, plan)}


def dropping(q, k, v, mask=None):
    """A mask that is true where a query may not look."""
    return impl.attention_forward(q, k, v, None if mask is None else ~mask)


def filling(q, k, v, mask=None):
    """Far below where a query may not look: the mean of the values where it may look nowhere."""
    far = np.where(True if mask is None else mask, 0.0, -1e30).astype(q.dtype)
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.dtype.type(q.shape[2]))
    scores = np.where(far < 0, far, scores)
    powers = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = powers / powers.sum(axis=2, keepdims=True)
    return weights @ v, (q, k, v, weights)


def test_a_mask_that_drops_is_told_as_a_convention() -> None:
    """Right by it, and wrong by the one that was asked for."""
    assert judged(dropping)["forward"].diagnosis == "dialect:attention_mask=drop"
    assert bad_checks(judged(dropping, attention_mask="drop")) == set()


def adding(q, k, v, mask=None):
    """Far below is added where a query may not look: as if unmasked where it may look nowhere."""
    added = 0.0 if mask is None else np.where(mask, 0.0, -1e10)
    scores = (q @ k.swapaxes(1, 2) / np.sqrt(q.dtype.type(q.shape[2])) + added).astype(q.dtype)
    powers = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = powers / powers.sum(axis=2, keepdims=True)
    return weights @ v, (q, k, v, weights)


@pytest.mark.parametrize(
    ("hand", "convention", "bad"),
    [
        *((filling, each, set()) for each in ("either", "mean")),
        *((filling, each, {"forward"}) for each in ("zeros", "unmasked")),
        *((adding, each, set()) for each in ("either", "unmasked")),
        (adding, "mean", {"forward"}),
    ],
)
def test_what_a_query_without_a_key_gives_is_asked_where_it_is_declared(
    hand: Callable, convention: str, bad: set[str]
) -> None:
    """Left open by default."""
    assert bad_checks(judged(hand, masked_rows=convention)) == bad


@pytest.mark.needs_torch
def test_no_key_at_all_gives_nan_where_a_mask_is_added_too() -> None:
    """What is added is -inf then: of -1e9 nobody could make nan."""
    dialect = Dialect(masked_rows="nan", attention_mask="additive")
    case = next(each for each in TorchOracle().cases(ATTENTION, dialect) if each.scenario == "blind")
    assert np.isnan(TorchOracle().answer(case).values["out"][-1, -1]).all()


def test_three_conventions_are_tried_one_at_a_time() -> None:
    """So that recorded answers stay few; two are tried together."""
    tried = DEFAULT.variants(ATTENTION.dialects)
    assert len(tried) == sum(len(CONVENTIONS[name]) - 1 for name in ATTENTION.dialects)
    assert len(DEFAULT.variants(("dropout_p", "dropout"))) == 3


def test_what_is_none_in_a_scenario_is_no_input() -> None:
    """It travels as an option."""
    drawn = [draw_case(ATTENTION, 0, index) for index in range(24)]
    assert {case.options["mask"] for case in drawn if case.scenario == "unmasked"} == {None}
    assert all(("mask" in case.inputs) != ("mask" in case.options) for case in drawn)


def test_no_symbol_is_longer_than_declared() -> None:
    """Whatever the index."""
    assert max(max(array.shape) for index in range(48) for array in draw_case(ATTENTION, 3, index).inputs.values()) == 5


@pytest.mark.parametrize("mask", [np.zeros((1, 2, 3), bool), np.ones((1, 2, 3))])
def test_impl_refuses_a_mask_without_a_meaning(mask: np.ndarray) -> None:
    """A query that may look nowhere, and numbers."""
    with pytest.raises(ValueError, match="attention_forward: mask has"):
        impl.attention_forward(np.ones((1, 2, 4)), np.ones((1, 3, 4)), np.ones((1, 3, 4)), mask)


@pytest.mark.needs_torch
def test_the_twin_of_several_heads_is_torchs_module() -> None:
    """Its weights (out, in), its mask true where it drops."""
    torch = pytest.importorskip("torch")
    from gradproof.reference.attention import multi_head_attention_forward

    module = torch.nn.MultiheadAttention(6, 3, batch_first=True, dtype=torch.float64)
    q, k, v = (
        torch.sin(torch.arange(2 * n * 6.0, dtype=torch.float64).reshape(2, n, 6) * f)
        for n, f in ((4, 1), (5, 2), (5, 3))
    )
    mask = torch.tensor([[False, True, False, True, False]] * 4)
    weights = dict(zip(("Wq", "Wk", "Wv"), module.in_proj_weight.chunk(3), strict=True)) | {
        "Wo": module.out_proj.weight
    }
    biases = dict(zip(("bq", "bk", "bv"), module.in_proj_bias.chunk(3), strict=True)) | {"bo": module.out_proj.bias}
    dialect = Dialect(attention_mask="drop", projection_weights="out_in")
    ours = multi_head_attention_forward(q, k, v, 3, mask, dialect, **weights, **biases)
    assert (ours - module(q, k, v, attn_mask=mask)[0]).abs().max() < 1e-14


def test_heads_must_divide_the_width() -> None:
    """Told with both numbers."""
    x, w, b = np.ones((1, 2, 4)), np.ones((4, 4)), np.ones(4)
    with pytest.raises(ValueError, match="heads is 3, expected a divisor of 4"):
        impl.multi_head_attention_forward(x, x, x, w, w, w, w, b, b, b, b, 3)


def by_blocks(q, k, v, mask=None):
    """FlashAttention's forward, which keeps a logarithm for each query and no weights."""
    scores = q @ k.swapaxes(1, 2) / q.dtype.type(np.sqrt(q.shape[2]))
    scores = np.where(True if mask is None else mask, scores, -np.inf)
    logarithm = np.logaddexp.reduce(scores, axis=2, keepdims=True)
    out = np.exp(scores - np.where(np.isinf(logarithm), np.inf, logarithm)) @ v
    return out, (q, k, v, scores, logarithm, out)


def blocks_backward(dout, cache):
    """Its backward: the sum of each row is that of dout times out."""
    q, k, v, scores, logarithm, out = cache
    weights = np.exp(scores - np.where(np.isinf(logarithm), np.inf, logarithm))
    dscores = weights * (dout @ v.swapaxes(1, 2) - (dout * out).sum(axis=2, keepdims=True))
    dscores = dscores / q.dtype.type(np.sqrt(q.shape[2]))
    return dscores @ k, dscores.swapaxes(1, 2) @ q, weights.swapaxes(1, 2) @ dout


def test_a_gradient_by_the_logarithms_of_the_weights_loses_no_more_than_it_may() -> None:
    """Its sums cancel where one key has all the weight, in another order: scores of 10,000 make that large."""
    assert bad_checks(judged(by_blocks, blocks_backward)) == set()
