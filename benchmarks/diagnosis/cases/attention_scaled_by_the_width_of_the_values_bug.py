import numpy as np


def softmax(a):
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attention_forward(q, k, v, mask=None):
    d_k = v.shape[-1]  # WRONG; right: d_k = k.shape[-1]
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(d_k)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    a = softmax(scores)
    return a @ v, (q, k, v, a, d_k)


def attention_backward(dout, cache):
    q, k, v, a, d_k = cache
    da = dout @ np.swapaxes(v, -1, -2)
    dscores = a * (da - (da * a).sum(-1, keepdims=True))
    dq = dscores @ k / np.sqrt(d_k)
    dk = np.swapaxes(dscores, -1, -2) @ q / np.sqrt(d_k)
    return dq, dk, np.swapaxes(a, -1, -2) @ dout
