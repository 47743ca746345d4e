import numpy as np


def dot_product_attention_forward(prev_h, A):
    N, H, P, Q = A.shape
    grid = A.reshape(N, H, P * Q)
    scores = np.einsum("nh,nhp->np", prev_h, grid) / np.sqrt(H)
    scores -= scores.max(axis=1, keepdims=True)
    w = np.exp(scores)
    w /= w.sum(axis=1, keepdims=True)
    attn = np.einsum("nhp,np->nh", grid, w)
    return attn, w.reshape(N, P, Q), (prev_h, grid, w, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, grid, w, shape = cache
    H = shape[1]
    dw = np.einsum("nh,nhp->np", dattn, grid)
    ds = w * (dw - (w * dw).sum(axis=1, keepdims=True)) / np.sqrt(H)
    dh = np.einsum("np,nhp->nh", ds, grid)
    dgrid = dattn[:, :, None] * w[:, None, :]
    dgrid = dgrid + 0  # WRONG; right: dgrid = dgrid + prev_h[:, :, None] * ds[:, None, :]
    return dh, dgrid.reshape(shape)
