"""Layer normalization of sequences: judged where it is asked for, and where a block is seen to rest on it."""

import pytest
from conftest import local_session

from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.engine.runner import run
from gradproof.conformance.engine.selection import plan_of
from gradproof.conformance.oracle.oracle import GoldenOracle

LAYER = """
import numpy as np
from gradproof import impl

def layernorm_forward(x, gamma, beta, ln_param):
    deviation = np.sqrt(x.var(axis={axis}, keepdims=True) + ln_param.get("eps", 1e-5))
    x_hat = (x - x.mean(axis={axis}, keepdims=True)) / deviation
    return gamma * x_hat + beta, (x_hat, gamma, deviation)

def layernorm_backward(dout, cache):
    x_hat, gamma, deviation = cache
    g = dout * gamma
    means = g.mean(axis={axis}, keepdims=True), (g * x_hat).mean(axis={axis}, keepdims=True)
    return (g - means[0] - x_hat * means[1]) / deviation, (dout * x_hat).sum(axis={rows}), dout.sum(axis={rows})
"""
BLOCK = """
def normal(x, gamma, beta):
    return layernorm_forward(x, gamma, beta, {})

def normal_back(dout, cache):
    return layernorm_backward(dout, cache)

def pre_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    inner, one = normal(x, gamma1, beta1)
    attended, two = impl.self_attention_forward(inner, W, b, Wo, bo, heads, mask)
    y = x + attended
    inner, three = normal(y, gamma2, beta2)
    fed, four = impl.feed_forward_forward(inner, W1, b1, W2, b2)
    return y + fed, (one, two, three, four)

def pre_norm_block_backward(dout, cache):
    one, two, three, four = cache
    dinner, *fed = impl.feed_forward_backward(dout, four)
    dy, *second = normal_back(dinner, three)
    dinner, *attended = impl.self_attention_backward(dout + dy, two)
    dx, *first = normal_back(dinner, one)
    return dout + dy + dx, *attended, *fed, *first, *second
"""
OF_ROWS = """
def normal(x, gamma, beta):
    out, cache = layernorm_forward(x.reshape(-1, x.shape[-1]), gamma, beta, {})
    return out.reshape(x.shape), cache

def normal_back(dout, cache):
    dx, dgamma, dbeta = layernorm_backward(dout.reshape(-1, dout.shape[-1]), cache)
    return dx.reshape(dout.shape), dgamma, dbeta
"""
ON_ROWS = """
def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    normal, cache = layernorm_forward(x.reshape(len(x), -1) @ w + b, gamma, beta, ln_param)
    return np.maximum(normal, 0), (x, w, cache, normal)

def affine_ln_relu_backward(dout, cache):
    x, w, inner, normal = cache
    da, dgamma, dbeta = layernorm_backward(dout * (normal > 0), inner)
    return (da @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ da, da.sum(0), dgamma, dbeta
"""
EVERYWHERE = {"axis": "-1", "rows": "tuple(range(dout.ndim - 1))"}
MATRICES = {"axis": "1", "rows": "0"}
ALONG_TIME = {**EVERYWHERE, "axis": "1"}
SEQUENCES = {"axis": "-1", "rows": "(0, 1)"}
BOTH = Assignment(name="both", contracts={"layernorm": {}, "layernorm_sequences": {}})
ALONE = Assignment(name="sequences", contracts={"layernorm_sequences": {}})
LOST = ("return y + fed", "return fed")  # what goes past the second part


def judged(*texts: str, task: Assignment | None = None, only: tuple[str, ...] = ()) -> dict[str, list[Result]]:
    """The required checks of each contract in the report, those that fail."""
    space: dict[str, object] = {}
    exec(compile("\n".join(texts), "mine.py", "exec"), space)
    session = local_session({name: f for name, f in space.items() if name.endswith(("_forward", "_backward"))})
    plan = plan_of(session.inventory, "mine.py", task, str, cases=4, only=only)
    told = run("mine.py", session, GoldenOracle.open(None, None), plan)
    bad: dict[str, list[Result]] = {result.contract: [] for result in told.results}
    for result in told.results:
        bad[result.contract] += [result] if result.status.is_bad and result.required else []
    return bad


@pytest.mark.parametrize("written", [EVERYWHERE, MATRICES, ALONG_TIME])
def test_nobody_is_asked_for_sequences_who_normalizes_rows(written: dict[str, str]) -> None:
    """A block that hands its layer a matrix is right, whatever the layer makes of sequences."""
    assert judged(LAYER.format(**written), BLOCK, OF_ROWS) == {"layernorm": [], "pre_norm_block": []}
    assert judged(LAYER.format(**written)) == {"layernorm": []}


@pytest.mark.usefixtures("without_names")
def test_what_a_block_does_wrong_itself_is_not_its_layers_fault() -> None:
    """Planted in a block that hands over matrices, beside a layer that takes nothing else."""
    bad = judged(LAYER.format(**MATRICES), BLOCK.replace(*LOST), OF_ROWS)
    assert [each.check for each in bad.pop("pre_norm_block")] == ["forward"]
    assert bad == {"layernorm": []}


@pytest.mark.parametrize(
    ("written", "check", "how"),
    [(ALONG_TIME, "forward", "out:axis"), ({**MATRICES, "axis": "-1"}, "interface", "dgamma:axis")],
)
def test_a_layer_that_fails_its_block_is_charged_once(written: dict[str, str], check: str, how: str) -> None:
    """Where the mistake is, and by its name."""
    bad = judged(LAYER.format(**written), BLOCK)
    charged = bad.pop("layernorm_sequences")
    assert [(each.check, each.diagnosis) for each in charged] == [(check, f"layernorm_sequences:edit:{how}")]
    assert bad == {"layernorm": [], "pre_norm_block": []}


@pytest.mark.usefixtures("without_names")
def test_a_layer_for_sequences_alone_is_right_beside_a_block() -> None:
    """The rows that nobody hands it are not asked for; they are where something else is built on them."""
    assert judged(LAYER.format(**SEQUENCES), BLOCK) == {"layernorm_sequences": [], "pre_norm_block": []}
    bad = judged(LAYER.format(**SEQUENCES), BLOCK, ON_ROWS)
    assert [each.check for each in bad["layernorm"]] == ["interface"]
    assert "layernorm_sequences" not in bad


@pytest.mark.usefixtures("without_names")
def test_what_an_assignment_asks_for_is_judged() -> None:
    """Both, of a hand-in that has no block; and what the command line asks for by name."""
    assert judged(LAYER.format(**EVERYWHERE), task=BOTH) == {"layernorm": [], "layernorm_sequences": []}
    assert [each.check for each in judged(LAYER.format(**ALONG_TIME), task=BOTH)["layernorm_sequences"]] == ["forward"]
    assert (
        judged(LAYER.format(**ALONG_TIME), BLOCK, OF_ROWS, only=("layernorm_sequences",))["layernorm_sequences"] != []
    )


@pytest.mark.usefixtures("without_names")
@pytest.mark.parametrize("step", ["dout.sum(axis={rows})", "(dout * x_hat).sum(axis={rows})"])
def test_every_step_counts(step: str) -> None:
    """Planted: the last step alone adds up."""
    wrong = step.replace("dout", "dout[:, -1]").replace("x_hat", "x_hat[:, -1]").replace("{rows}", "0")
    bad = judged(LAYER.replace(step, wrong).format(**SEQUENCES), task=ALONE)
    assert [each.check for each in bad["layernorm_sequences"]] == ["gradient"]
