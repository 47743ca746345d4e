"""Attention by einsum; the queries are scaled before the product, the softmax is by log-sum-exp."""

import numpy as np


def attention_forward(q, k, v, mask=None):
    """Scaled queries, logarithms of the weights."""
    scaled = q * np.power(q.shape[2], -0.5).astype(q.dtype)
    scores = np.einsum("ntd,nsd->nts", scaled, k)
    if mask is not None:
        scores = scores + np.where(mask, 0, -np.inf).astype(q.dtype)
    largest = scores.max(-1, keepdims=True)
    logs = scores - (largest + np.log(np.exp(scores - largest).sum(-1, keepdims=True)))
    weights = np.exp(logs)
    out = np.einsum("nts,nsm->ntm", weights, v)
    return out, (scaled, k, v, weights, out)


def attention_backward(dout, cache):
    """The mean of the upstream gradient's products is the product with the output."""
    scaled, k, v, weights, out = cache
    inner = np.einsum("ntm,ntm->nt", dout, out)
    dscores = weights * (np.einsum("ntm,nsm->nts", dout, v) - inner[..., None])
    dq = np.einsum("nts,nsd->ntd", dscores, k) * np.power(k.shape[2], -0.5).astype(k.dtype)
    return dq, np.einsum("nts,ntd->nsd", dscores, scaled), np.einsum("nts,ntm->nsm", weights, dout)


def multi_head_attention_forward(q, k, v, wq, wk, wv, wo, bq, bk, bv, bo, heads, mask=None):
    """Weights with an axis of heads; the last projection sums over the heads."""
    inner = [w.reshape(len(w), heads, -1) for w in (wq, wk, wv)]
    projected = [
        np.einsum("nte,ehd->nhtd", x, w) + b.reshape(heads, 1, -1)
        for x, w, b in zip((q, k, v), inner, (bq, bk, bv), strict=True)
    ]
    scores = np.einsum("nhtd,nhsd->nhts", projected[0], projected[1]) / np.sqrt(q.shape[2] / heads).astype(q.dtype)
    if mask is not None:
        scores = np.where(mask if mask.ndim == 2 else mask[:, None], scores, -np.inf)
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    weights = powers / powers.sum(-1, keepdims=True)
    mixed = np.einsum("nhts,nhsd->nhtd", weights, projected[2])
    outer = wo.reshape(heads, -1, wo.shape[1])
    return np.einsum("nhtd,hde->nte", mixed, outer) + bo, ((q, k, v), inner, outer, projected, weights, mixed)


def multi_head_attention_backward(dout, cache):
    """Every product back by the letters of its forward."""
    inputs, inner, outer, (q, k, v), weights, mixed = cache
    dmixed = np.einsum("nte,hde->nhtd", dout, outer)
    douter = np.einsum("nhtd,nte->hde", mixed, dout).reshape(-1, dout.shape[2])
    dweights = np.einsum("nhtd,nhsd->nhts", dmixed, v)
    dscores = weights * (dweights - np.einsum("nhts,nhts->nht", dweights, weights)[..., None])
    dscores = dscores / np.sqrt(q.shape[3]).astype(q.dtype)
    dprojected = (
        np.einsum("nhts,nhsd->nhtd", dscores, k),
        np.einsum("nhts,nhtd->nhsd", dscores, q),
        np.einsum("nhts,nhtd->nhsd", weights, dmixed),
    )
    dx = [np.einsum("nhtd,ehd->nte", d, w) for d, w in zip(dprojected, inner, strict=True)]
    dw = [
        np.einsum("nte,nhtd->ehd", x, d).reshape(len(w), -1) for x, d, w in zip(inputs, dprojected, inner, strict=False)
    ]
    db = [np.einsum("nhtd->hd", d).ravel() for d in dprojected]
    return (*dx, *dw, douter, *db, np.einsum("nte->e", dout))
