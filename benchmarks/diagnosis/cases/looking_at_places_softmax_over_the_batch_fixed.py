import numpy as np


def dot_product_attention_forward(prev_h, A):
    N, H, r, c = A.shape
    places = A.reshape(N, H, r * c)
    score = np.einsum("nh,nhp->np", prev_h, places) / np.sqrt(H).astype(A.dtype)
    e = np.exp(score - score.max(axis=1, keepdims=True))
    share = e / e.sum(axis=1, keepdims=True)
    attn = np.einsum("np,nhp->nh", share, places)
    return attn, share.reshape(N, r, c), (prev_h, places, share, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, places, share, shape = cache
    H = shape[1]
    dshare = np.einsum("nh,nhp->np", dattn, places)
    ds = share * (dshare - (share * dshare).sum(axis=1, keepdims=True)) / np.sqrt(H).astype(dattn.dtype)
    dh = np.einsum("np,nhp->nh", ds, places)
    dA = np.einsum("nh,np->nhp", dattn, share) + np.einsum("np,nh->nhp", ds, prev_h)
    return dh, dA.reshape(shape)
