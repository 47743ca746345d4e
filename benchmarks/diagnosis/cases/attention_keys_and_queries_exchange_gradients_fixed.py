import numpy as np


def attention_forward(q, k, v, mask=None):
    scale = q.shape[-1] ** -0.5
    s = np.einsum("...td,...sd->...ts", q, k) * scale
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    a = e / e.sum(axis=-1, keepdims=True)
    out = np.einsum("...ts,...sd->...td", a, v)
    return out.astype(q.dtype), (q, k, v, a, scale)


def attention_backward(dout, cache):
    q, k, v, a, scale = cache
    dv = np.einsum("...ts,...td->...sd", a, dout)
    da = np.einsum("...td,...sd->...ts", dout, v)
    inner = (da * a).sum(axis=-1, keepdims=True)
    ds = a * (da - inner) * scale
    dq = np.einsum("...ts,...sd->...td", ds, k)
    dk = np.einsum("...ts,...td->...sd", ds, q)
    return dq.astype(q.dtype), dk.astype(q.dtype), dv.astype(q.dtype)
