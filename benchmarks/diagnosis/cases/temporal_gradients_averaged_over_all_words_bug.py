import numpy as np


def temporal_affine_forward(x, w, b):
    out = np.tensordot(x, w, axes=([2], [0])) + b
    return out, dict(x=x, w=w)


def temporal_affine_backward(dout, cache):
    x, w = cache["x"], cache["w"]
    N, T, M = dout.shape
    words = N * T
    dx = np.tensordot(dout, w, axes=([2], [1]))
    dw = np.tensordot(x, dout, axes=([0, 1], [0, 1])) / words  # WRONG; right: dw = np.tensordot(x, dout, axes=([0, 1], [0, 1]))
    db = np.einsum("ntm->m", dout) / words  # WRONG; right: db = np.einsum("ntm->m", dout)
    return dx, dw, db
