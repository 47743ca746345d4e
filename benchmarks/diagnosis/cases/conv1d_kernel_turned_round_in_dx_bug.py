import numpy as np


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    n, c, length = x.shape
    f, _, k = w.shape
    padded = np.concatenate([np.zeros((n, c, p), x.dtype), x, np.zeros((n, c, p), x.dtype)], axis=2)
    size = (length + 2 * p - k) // s + 1
    out = np.zeros((n, f, size), x.dtype)
    for i in range(n):
        for o in range(f):
            for t in range(size):
                out[i, o, t] = (padded[i, :, t * s : t * s + k] * w[o]).sum() + b[o]
    return out, (padded, x.shape, w, s, p)


def conv1d_backward(dout, cache):
    padded, shape, w, s, p = cache
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(len(w), w.dtype)
    n, f, size = dout.shape
    k = w.shape[2]
    for i in range(n):
        for o in range(f):
            for t in range(size):
                g = dout[i, o, t]
                db[o] += g
                dw[o] += g * padded[i, :, t * s : t * s + k]
                dpadded[i, :, t * s : t * s + k] += g * w[o][:, ::-1]  # WRONG; right: dpadded[i, :, t * s : t * s + k] += g * w[o]
    return dpadded[:, :, p : p + shape[2]], dw, db
