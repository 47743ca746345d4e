import numpy as np


def attention_forward(q, k, v, mask=None):
    scale = 1 / np.sqrt(q.shape[-1])
    scores = np.einsum("nqd,nkd->nqk", q, k) * scale
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    scores = scores - scores.max(axis=-1, keepdims=True)
    w = np.exp(scores)
    w = w / w.sum(axis=-1, keepdims=True)
    return np.einsum("nqk,nke->nqe", w, v).astype(q.dtype), (q, k, v, w, scale)


def attention_backward(dout, cache):
    q, k, v, w, scale = cache
    dv = np.einsum("nqk,nqe->nke", w, dout) * scale  # WRONG; right: dv = np.einsum("nqk,nqe->nke", w, dout)
    dw = np.einsum("nqe,nke->nqk", dout, v)
    inner = np.sum(dw, axis=-1, keepdims=True)  # WRONG; right: inner = np.sum(dw * w, axis=-1, keepdims=True)
    ds = w * (dw - inner)
    dq = np.einsum("nqk,nkd->nqd", ds, k) * scale
    dk = np.einsum("nqk,nqd->nkd", ds, q) * scale
    return dq.astype(q.dtype), dk.astype(q.dtype), dv.astype(q.dtype)
