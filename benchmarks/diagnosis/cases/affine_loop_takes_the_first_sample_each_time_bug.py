import numpy as np


def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1)
    out = np.einsum("nd,dm->nm", flat, w) + b
    return out, (x, w, out)


def affine_backward(dout, cache):
    x, w, out = cache
    flat = x.reshape(x.shape[0], -1)
    dx = np.einsum("nm,dm->nd", dout, w).reshape(x.shape)
    dw = np.zeros_like(w)
    for n in range(dout.shape[0]):
        dw += np.outer(flat[0], dout[n])  # WRONG; right: dw += np.outer(flat[n], dout[n])
    return dx, dw, dout.sum(0)
