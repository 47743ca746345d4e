import numpy as np


def softmax(s, axis=-1):
    s = s - s.max(axis=axis, keepdims=True)
    return np.exp(s) / np.exp(s).sum(axis=axis, keepdims=True)


def softmax_back(p, dp, axis):
    return p * (dp - np.sum(p * dp, axis=axis, keepdims=True))


def attention_forward(q, k, v, mask=None):
    d = q.shape[-1]
    s = q @ k.swapaxes(-2, -1) / np.sqrt(d, dtype=q.dtype)
    if mask is not None:
        s = s.copy()
        s[~np.broadcast_to(mask, s.shape)] = -np.inf
    p = softmax(s)
    return p @ v, {"q": q, "k": k, "v": v, "p": p}


def attention_backward(dout, cache):
    q, k, v, p = (cache[name] for name in "qkvp")
    dp = dout @ v.swapaxes(-2, -1)
    ds = softmax_back(p, dp, -2)  # WRONG; right: ds = softmax_back(p, dp, -1)
    ds = ds / np.sqrt(q.shape[-1], dtype=q.dtype)
    return ds @ k, ds.swapaxes(-2, -1) @ q, p.swapaxes(-2, -1) @ dout
