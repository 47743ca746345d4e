import numpy as np


def soft(a):
    a = np.exp(a - a.max(axis=-1)[..., None])
    return a / a.sum(axis=-1)[..., None]


def attention_forward(q, k, v, mask=None):
    scale = 1 / np.sqrt(k.shape[-1])
    raw = scale * (q @ np.swapaxes(k, -1, -2))
    seen = raw if mask is None else np.where(mask, raw, -np.inf)
    P = soft(seen)
    return P @ v, (q, k, v, raw, P, scale)


def attention_backward(dout, cache):
    q, k, v, raw, P, scale = cache
    T = lambda a: np.swapaxes(a, -1, -2)
    dv = T(soft(raw)) @ dout  # WRONG; right: dv = T(P) @ dout
    dP = dout @ T(v)
    dS = P * (dP - (dP * P).sum(-1)[..., None])
    dq = scale * (dS @ k)
    dk = T(dS) @ q  # WRONG; right: dk = scale * (T(dS) @ q)
    return dq, dk, dv
