import numpy as np


def attention_forward(q, k, v, mask=None):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]).astype(q.dtype)
    if mask is not None:
        scores = np.where(mask, scores, -1e30)
    exp_scores = np.exp(scores - scores.max(axis=-2, keepdims=True))
    attn = exp_scores / exp_scores.sum(axis=-2, keepdims=True)
    return attn @ v, (q, k, v, attn)


def attention_backward(dout, cache):
    q, k, v, attn = cache
    dattn = dout @ np.swapaxes(v, -1, -2)
    dv = np.swapaxes(attn, -1, -2) @ dout
    dscores = attn * (dattn - (dattn * attn).sum(axis=-2, keepdims=True))
    dscores = dscores / np.sqrt(q.shape[-1]).astype(q.dtype)
    return dscores @ k, np.swapaxes(dscores, -1, -2) @ q, dv
