"""The gated recurrent unit as explicit loops over samples and units."""

import math

import numpy as np


def logistic(z):
    """One number, from the side on which exp does not overflow."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    power = math.exp(z)
    return power / (1 + power)


def gru_step_forward(x, prev_h, wx, wh, bx, bh):
    """Unit by unit."""
    units = prev_h.shape[1]
    next_h = np.zeros_like(prev_h)
    kept = np.zeros((4, *prev_h.shape), x.dtype)
    for n, k in np.ndindex(prev_h.shape):
        from_input = [x[n] @ wx[:, gate * units + k] + bx[gate * units + k] for gate in range(3)]
        from_state = [prev_h[n] @ wh[:, gate * units + k] + bh[gate * units + k] for gate in range(3)]
        r = logistic(float(from_input[0] + from_state[0]))
        z = logistic(float(from_input[1] + from_state[1]))
        new = math.tanh(float(from_input[2]) + r * float(from_state[2]))
        next_h[n, k] = new + z * (prev_h[n, k] - new)
        kept[:, n, k] = r, z, new, from_state[2]
    return next_h, (x, prev_h, wx, wh, kept)


def gru_step_backward(dnext_h, cache):
    """Unit by unit, every product hands its gradient to its factors."""
    x, prev_h, wx, wh, kept = cache
    units = prev_h.shape[1]
    dx, dprev_h, dwx, dwh = (np.zeros_like(each) for each in (x, prev_h, wx, wh))
    dbx, dbh = np.zeros(3 * units, x.dtype), np.zeros(3 * units, x.dtype)
    for n, k in np.ndindex(prev_h.shape):
        r, z, new, product = kept[:, n, k]
        dnew = dnext_h[n, k] * (1 - z) * (1 - new * new)
        dz = dnext_h[n, k] * (prev_h[n, k] - new) * z * (1 - z)
        dr = dnew * product * r * (1 - r)
        dprev_h[n, k] += dnext_h[n, k] * z
        for gate, (outer, inner) in enumerate(((dr, dr), (dz, dz), (dnew, dnew * r))):
            column = gate * units + k
            dx[n] += outer * wx[:, column]
            dwx[:, column] += outer * x[n]
            dbx[column] += outer
            dprev_h[n] += inner * wh[:, column]
            dwh[:, column] += inner * prev_h[n]
            dbh[column] += inner
    return dx, dprev_h, dwx, dwh, dbx, dbh


def gru_forward(x, h0, wx, wh, bx, bh):
    """Step after step."""
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]), x.dtype)
    caches = {}
    before = h0
    for t in range(x.shape[1]):
        before, caches[t] = gru_step_forward(x[:, t, :], before, wx, wh, bx, bh)
        h[:, t, :] = before
    return h, caches


def gru_backward(dh, cache):
    """From the last step to the first, sums kept on the way."""
    x0, h0, wx, wh, _ = cache[0]
    dx = np.zeros((dh.shape[0], dh.shape[1], x0.shape[1]), dh.dtype)
    sums = [np.zeros_like(wx), np.zeros_like(wh), np.zeros(wx.shape[1], dh.dtype), np.zeros(wx.shape[1], dh.dtype)]
    carried = np.zeros_like(h0)
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t, :], carried, *each = gru_step_backward(dh[:, t, :] + carried, cache[t])
        sums = [total + more for total, more in zip(sums, each, strict=True)]
    return (dx, carried, *sums)
