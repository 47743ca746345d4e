"""An adapter: functions of one sequence without a backward, as picoGPT has them.

``gelu(x)``, ``softmax(x)``, ``layer_norm(x, g, b, eps)``, ``linear(x, w, b)`` and ``attention(q, k, v, mask)``, whose
mask is added to the scores: it is made of one that is true where a query may look. ``mha`` and ``transformer_block``
have a causal mask of their own, so cases of another mask are declined; the block's hidden layer has GELU, which is a
convention to declare. The forward is all that can be judged, so every backward declines what
is left of its case, and the report says so. A batch is given one sequence after the other.

    gradproof check gpt2.py --adapter examples/adapters/pure_functions.py --dialect hidden_unit=gelu
"""

import numpy as np
import submission

import gradproof as gp


def no_backward(_dout, _cache):
    """What every backward does."""
    gp.decline("the submission's functions have no backward")


if hasattr(submission, "gelu"):
    gelu_backward = no_backward

    def gelu_forward(x):
        """There is nothing to keep."""
        return submission.gelu(x), None


if hasattr(submission, "softmax"):
    softmax_backward = no_backward

    def softmax_forward(x):
        """Over the last axis."""
        return submission.softmax(x), None


if hasattr(submission, "layer_norm"):
    layernorm_backward = no_backward

    def layernorm_forward(x, gamma, beta, ln_param):
        """With the eps of the case."""
        return submission.layer_norm(x, gamma, beta, ln_param.get("eps", 1e-5)), None


if hasattr(submission, "linear"):
    affine_backward = no_backward

    def affine_forward(x, w, b):
        """Of samples that are rows."""
        return submission.linear(x.reshape(len(x), -1), w, b), None


if hasattr(submission, "attention"):
    attention_backward = no_backward

    def attention_forward(q, k, v, mask=None):
        """Sample by sample, each with its own mask or the one of all."""
        added = np.zeros((), q.dtype) if mask is None else np.where(mask, 0, -1e10).astype(q.dtype)
        masks = np.broadcast_to(added, (len(q), q.shape[1], k.shape[1]))
        return np.stack([submission.attention(*each) for each in zip(q, k, v, masks, strict=True)]), None


def require_causal(mask, steps):
    """A query may look at what is not later, and at nothing else."""
    if not np.array_equal(mask, np.tri(steps, dtype=bool)):
        gp.decline("the submission's masks are causal")


def projections(w, b, wo, bo):
    """The packed projections, and what leads out."""
    return {"c_attn": {"w": w, "b": b}, "c_proj": {"w": wo, "b": bo}}


if hasattr(submission, "mha"):
    self_attention_backward = no_backward

    def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
        """Sequence by sequence."""
        require_causal(mask, x.shape[1])
        return np.stack([submission.mha(each, **projections(W, b, Wo, bo), n_head=heads) for each in x]), None


if hasattr(submission, "transformer_block"):
    pre_norm_block_backward = no_backward

    def pre_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
        """Sequence by sequence."""
        require_causal(mask, x.shape[1])
        block = {
            "mlp": {"c_fc": {"w": W1, "b": b1}, "c_proj": {"w": W2, "b": b2}},
            "attn": projections(W, b, Wo, bo),
            "ln_1": {"g": gamma1, "b": beta1},
            "ln_2": {"g": gamma2, "b": beta2},
        }
        return np.stack([submission.transformer_block(each, **block, n_head=heads) for each in x]), None
