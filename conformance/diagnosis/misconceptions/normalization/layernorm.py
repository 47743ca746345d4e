"""Mistakes in layer normalization."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array


@wrong(
    "layernorm",
    "Your backward counts rows by the first axis alone; in a sequence every step is a row of its own.",
    "Over how many numbers is one mean taken in your forward, and over how many in your backward?",
)
def rows_counted_by_the_first_axis() -> Functions:
    def layernorm_forward(x: Array, gamma: Array, beta: Array, ln_param: dict[str, Any]) -> Any:
        centred = x - x.mean(axis=-1, keepdims=True)
        inverse = 1 / np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + ln_param.get("eps", 1e-5))
        return centred * inverse * gamma + beta, (centred * inverse, inverse, gamma)

    def layernorm_backward(dout: Array, cache: Any) -> Any:
        x_hat, inverse, gamma = cache
        g, hat, root = (each.reshape(len(dout), -1) for each in (dout * gamma, x_hat, inverse))
        dx = g - g.mean(axis=1, keepdims=True) - hat * (g * hat).mean(axis=1, keepdims=True)
        dx = dx.reshape(dout.shape) * root.reshape(inverse.shape)
        rows = tuple(range(dout.ndim - 1))
        return dx, (dout * x_hat).sum(axis=rows), dout.sum(axis=rows)

    return {"layernorm_forward": layernorm_forward, "layernorm_backward": layernorm_backward}
