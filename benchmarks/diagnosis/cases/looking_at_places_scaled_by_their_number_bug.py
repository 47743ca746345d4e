import numpy as np


def dot_product_attention_forward(prev_h, A):
    N, H, P, Q = A.shape
    flat = A.reshape(N, H, P * Q)
    scale = np.sqrt(P * Q)  # WRONG; right: scale = np.sqrt(H)
    scores = np.einsum("nh,nhp->np", prev_h, flat) / scale
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    w = e / e.sum(axis=1, keepdims=True)
    attn = np.einsum("nhp,np->nh", flat, w)
    return attn, w.reshape(N, P, Q), (prev_h, flat, w, scale, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, flat, w, scale, shape = cache
    dw = np.einsum("nh,nhp->np", dattn, flat)
    ds = w * (dw - np.sum(w * dw, axis=1, keepdims=True)) / scale
    dflat = dattn[:, :, None] * w[:, None, :] + prev_h[:, :, None] * ds[:, None, :]
    return np.einsum("np,nhp->nh", ds, flat), dflat.reshape(shape)
