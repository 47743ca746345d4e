import numpy as np


def attention_forward(q, k, v, mask=None):
    dk = q.shape[-1]
    scores = np.einsum('...td,...sd->...ts', q, k) / np.sqrt(dk)
    scores = scores.astype(q.dtype)
    if mask is not None:
        scores = scores * mask  # WRONG; right: scores = np.where(mask, scores, -np.inf).astype(q.dtype)
    scores = scores - scores.max(axis=-1, keepdims=True)
    a = np.exp(scores)
    a = a / a.sum(axis=-1, keepdims=True)
    out = np.einsum('...ts,...sm->...tm', a, v)
    return out, (q, k, v, a, mask)


def attention_backward(dout, cache):
    q, k, v, a, mask = cache
    dv = np.einsum('...ts,...tm->...sm', a, dout)
    da = np.einsum('...tm,...sm->...ts', dout, v)
    ds = a * (da - np.sum(da * a, axis=-1, keepdims=True))
    if mask is not None:
        ds = ds * mask
    ds = ds / np.sqrt(q.shape[-1]).astype(q.dtype)
    return np.einsum('...ts,...sd->...td', ds, k), np.einsum('...ts,...td->...sd', ds, q), dv
