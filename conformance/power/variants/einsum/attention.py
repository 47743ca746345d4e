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
