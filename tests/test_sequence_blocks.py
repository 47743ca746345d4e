"""Transformer blocks, both directions and learned positions: their conventions, what they refuse, and torch's own."""

import numpy as np
import pytest
from conftest import local_session

from gradproof import impl
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.oracle.oracle import GoldenOracle
from gradproof.conformance.spec.cases import draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.conventions import DEFAULT, Dialect


def bad(contract: str, dialect: Dialect = DEFAULT, **functions) -> dict[str, str | None]:
    """The required checks that fail, and what is said of the mistake."""
    row, oracle = contract_named(contract), GoldenOracle.open(None, None)
    plan = Plan((row,), dialect=dialect, cases=6)
    results = judge(gather(row, local_session(functions), oracle, plan), oracle, plan)
    return {each.check: each.diagnosis for each in results if each.status.is_bad and each.required}


@pytest.mark.parametrize("layer", ["lstm_step", "bidirectional_lstm", "attention_lstm_step"])
def test_what_is_added_to_the_forget_gate_is_a_convention(layer: str) -> None:
    """Told as one where it is not declared, right where it is."""

    def forgetful(*given):
        *others, b = given
        inside = b + np.repeat([0, 1, 0, 0], b.shape[-1] // 4).astype(b.dtype)
        return getattr(impl, f"{layer}_forward")(*others, inside)

    functions = {f"{layer}_forward": forgetful, f"{layer}_backward": getattr(impl, f"{layer}_backward")}
    assert bad(layer, **functions)["forward"] == "dialect:lstm_forget=one"
    assert bad(layer, Dialect(lstm_forget="one"), **functions) == {}


def with_gelu(x, w1, b1, w2, b2):
    """The hidden layer of GPT."""
    hidden, inner = impl.gelu_forward(x @ w1 + b1)
    return hidden @ w2 + b2, (x, hidden, inner, w1, w2)


def with_gelu_back(dout, cache):
    """Likewise."""
    x, hidden, inner, w1, w2 = cache
    dinner = impl.gelu_backward(dout @ w2.T, inner)
    dw1, dw2 = np.einsum("nte,ntf->ef", x, dinner), np.einsum("ntf,nte->fe", hidden, dout)
    return dinner @ w1.T, dw1, dinner.sum((0, 1)), dw2, dout.sum((0, 1))


def test_the_hidden_unit_is_a_convention(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block of GPT is right under it."""
    from gradproof.impl import transformer_blocks

    monkeypatch.setattr(transformer_blocks, "feed_forward_forward", with_gelu)
    monkeypatch.setattr(transformer_blocks, "feed_forward_backward", with_gelu_back)
    functions = {f"pre_norm_block_{way}": getattr(impl, f"pre_norm_block_{way}") for way in ("forward", "backward")}
    assert bad("pre_norm_block", Dialect(hidden_unit="gelu"), **functions) == {}
    assert bad("pre_norm_block", **functions)["forward"] == "dialect:hidden_unit=gelu"


@pytest.mark.release
@pytest.mark.needs_torch
@pytest.mark.parametrize(("name", "norm_first"), [("pre_norm_block", True), ("post_norm_block", False)])
def test_a_block_is_torchs_encoder_layer(name: str, norm_first: bool) -> None:
    """Of the same parameters."""
    torch = pytest.importorskip("torch")
    from gradproof.reference import transformer_blocks

    case = draw_case(contract_named(name), 3, 0)
    given = {key: torch.tensor(value, dtype=torch.float64) for key, value in case.inputs.items() if key != "mask"}
    dout, x = given.pop("dout"), given.pop("x")
    hidden = given["W1"].shape[1]
    layer = torch.nn.TransformerEncoderLayer(4, 2, hidden, 0.0, batch_first=True, norm_first=norm_first).double()
    own = {
        "self_attn.in_proj_weight": given["W"].T,
        "self_attn.in_proj_bias": given["b"],
        "self_attn.out_proj.weight": given["Wo"].T,
        "self_attn.out_proj.bias": given["bo"],
        "linear1.weight": given["W1"].T,
        "linear1.bias": given["b1"],
        "linear2.weight": given["W2"].T,
        "linear2.bias": given["b2"],
        **{
            f"norm{k}.{kind}": given[f"{ours}{k}"]
            for k in "12"
            for kind, ours in (("weight", "gamma"), ("bias", "beta"))
        },
    }
    layer.load_state_dict(own)
    ours = getattr(transformer_blocks, f"{name}_forward")(x, heads=2, mask=None, dialect=DEFAULT, **given)
    assert ours.shape == dout.shape
    assert float((ours - layer(x)).detach().abs().max()) < np.sqrt(np.finfo(float).eps)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: impl.learned_positions_forward(np.ones((1, 3, 2)), np.ones((2, 2))),
            "expected .N, T, D. and .L, D., L >= T",
        ),
        (
            lambda: impl.bidirectional_rnn_forward(*map(np.ones, ((1, 2, 3), (1, 4), (3, 4), (4, 4), (4,)))),
            "expected .2, N, H., one state a direction",
        ),
        (
            lambda: impl.self_attention_forward(*map(np.ones, ((1, 2, 4), (4, 4), (12,), (4, 4), (4,))), 2),
            "self_attention_forward: W has shape .4, 4., expected .4, 12.",
        ),
        (
            lambda: impl.dot_product_attention_forward(np.ones((1, 3)), np.ones((1, 2, 4, 4))),
            "A has shape .1, 2, 4, 4., expected .N, H. and",
        ),
        (
            lambda: impl.attention_lstm_forward(*map(np.ones, ((1, 0, 3), (1, 2, 4, 4), (3, 8), (2, 8), (2, 8), (8,)))),
            "with at least one step",
        ),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call, says: str) -> None:
    """With those that do."""
    with pytest.raises(ValueError, match=says):
        call()
