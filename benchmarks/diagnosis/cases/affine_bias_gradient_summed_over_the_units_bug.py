import numpy as np


class _Linear(object):
    pass


def affine_forward(x, w, b):
    flat = np.reshape(x, (x.shape[0], np.prod(x.shape[1:])))
    return flat.dot(w) + b[np.newaxis, :], (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    flat = np.reshape(x, (x.shape[0], np.prod(x.shape[1:])))
    dx = np.reshape(np.dot(dout, w.T), x.shape)
    dw = np.dot(flat.T, dout)
    db = np.sum(dout, axis=1)  # WRONG; right: db = np.sum(dout, axis=0)
    return dx, dw, db
