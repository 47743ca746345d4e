import numpy as np


def affine_forward(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]), dtype=x.dtype)
    for n in range(x.shape[0]):
        out[n] = x[n].ravel().dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for n in range(dout.shape[0]):
        dx[n] = dout[n].dot(w.T).reshape(x.shape[1:])
    for n in range(dout.shape[0] - 1):  # WRONG; right: for n in range(dout.shape[0]):
        dw += np.outer(x[n].ravel(), dout[n])
        db += dout[n]
    return dx, dw, db
