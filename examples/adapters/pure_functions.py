"""An adapter: functions of one sequence without a backward, as picoGPT has them.

``gelu(x)``, ``softmax(x)``, ``layer_norm(x, g, b, eps)``, ``linear(x, w, b)`` and ``attention(q, k, v, mask)``, whose
mask is added to the scores: a convention to declare. The forward is all that can be judged, so every backward declines
what is left of its case, and the report says so. A batch is given one sequence after the other.

    gradproof check gpt2.py --adapter examples/adapters/pure_functions.py --dialect attention_mask=additive
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
        masks = np.broadcast_to(np.zeros((), q.dtype) if mask is None else mask, (len(q), q.shape[1], k.shape[1]))
        return np.stack([submission.attention(*each) for each in zip(q, k, v, masks, strict=True)]), None
