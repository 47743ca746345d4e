"""The gated recurrent unit taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import sigmoid, unroll
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def gru(
    gates: Step = lambda r, z: (sigmoid(r), sigmoid(z)),
    new: Step = lambda a, c, r: np.tanh(a + r * c),
    slope: Step = lambda n: 1 - n**2,
    dr: Step = lambda da_n, c_n, r: da_n * c_n * r * (1 - r),
    dz: Step = lambda dh, prev, n, z: dh * (prev - n) * z * (1 - z),
    dc_n: Step = lambda da_n, r: da_n * r,
    direct: Step = lambda dh, z: dh * z,
    through: Step = lambda dc, wh: dc @ wh.T,
    db: Step = lambda da: da.sum(axis=0),
    of_state_bias: Step = lambda _da, dc: dc,
    reaches: Step = lambda dh, after: dh + after,
    first: Step = lambda h0: h0,
    total: Step = lambda parts: sum(parts[1:], parts[0]),
) -> Functions:
    """The gated recurrent unit, one step and a whole sequence of it."""

    def gru_step_forward(x: Array, prev_h: Array, wx: Array, wh: Array, bx: Array, bh: Array) -> Any:
        a_r, a_z, a_n = np.split(x @ wx + bx, 3, axis=1)
        c_r, c_z, c_n = np.split(prev_h @ wh + bh, 3, axis=1)
        r, z = gates(a_r + c_r, a_z + c_z)
        n = new(a_n, c_n, r)
        return (1 - z) * n + z * prev_h, (x, prev_h, wx, wh, r, z, n, c_n)

    def gru_step_backward(dnext_h: Array, cache: Any) -> Any:
        x, prev_h, wx, wh, r, z, n, c_n = cache
        da_n = dnext_h * (1 - z) * slope(n)
        da_r, da_z = dr(da_n, c_n, r), dz(dnext_h, prev_h, n, z)
        da, dc = np.hstack([da_r, da_z, da_n]), np.hstack([da_r, da_z, dc_n(da_n, r)])
        dprev_h = through(dc, wh) + direct(dnext_h, z)
        return da @ wx.T, dprev_h, x.T @ da, prev_h.T @ dc, db(da), db(of_state_bias(da, dc))

    def gru_forward(x: Array, h0: Array, wx: Array, wh: Array, bx: Array, bh: Array) -> Any:
        return unroll(lambda x_t, h: gru_step_forward(x_t, h, wx, wh, bx, bh), x, first(h0))

    def gru_backward(dh: Array, cache: Any) -> Any:
        dx, of_weights, after = [], [], np.zeros_like(dh[:, 0])
        for t in reversed(range(len(cache))):
            dx_t, after, *weights = gru_step_backward(reaches(dh[:, t], after), cache[t])
            dx.append(dx_t)
            of_weights.append(weights)
        sums = (total([weights[k] for weights in of_weights]) for k in range(4))
        return (np.stack(dx[::-1], axis=1), after, *sums)

    return {
        "gru_step_forward": gru_step_forward,
        "gru_step_backward": gru_step_backward,
        "gru_forward": gru_forward,
        "gru_backward": gru_backward,
    }
