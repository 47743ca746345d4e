import numpy as np


def attention_forward(q, k, v, mask=None):
    scores = np.matmul(q, np.swapaxes(k, -1, -2)) * q.shape[-1] ** -0.5
    allowed = np.ones(scores.shape, bool) if mask is None else np.broadcast_to(mask, scores.shape)
    shown = scores  # WRONG; right: shown = np.where(allowed, scores, -np.inf)
    e = np.exp(shown - shown.max(axis=-1, keepdims=True))
    full = e / e.sum(axis=-1, keepdims=True)
    weights = full * allowed
    return np.matmul(weights, v), (q, k, v, weights, full)


def attention_backward(dout, cache):
    q, k, v, weights, full = cache
    dv = np.matmul(np.swapaxes(weights, -1, -2), dout)
    dw = np.matmul(dout, np.swapaxes(v, -1, -2))
    ds = weights * dw - full * (weights * dw).sum(axis=-1, keepdims=True)
    ds = ds * q.shape[-1] ** -0.5
    return np.matmul(ds, k), np.matmul(np.swapaxes(ds, -1, -2), q), dv
