import numpy as np


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, T = x.shape
    F, _, k = w.shape
    long = np.pad(x, ((0, 0), (0, 0), (p, p)))
    L = (T + 2 * p - k) // s + 1
    columns = np.stack([long[:, :, t * s:t * s + k].reshape(N, -1) for t in range(L)], axis=1)
    out = (columns @ w.reshape(F, -1).T + b).transpose(0, 2, 1)
    return out, (columns, w, s, p, T, long.shape)


def conv1d_backward(dout, cache):
    columns, w, s, p, T, shape = cache
    F, C, k = w.shape
    d = dout.transpose(0, 2, 1)
    db = d.sum(axis=(0, 1))
    dw = np.tensordot(d, columns, axes=((0, 1), (0, 1))).reshape(w.shape)
    dlong = np.zeros(shape, dout.dtype)
    for t in range(d.shape[1]):
        dlong[:, :, t * s:t * s + k] += (d[:, t] @ w.reshape(F, -1)).reshape(-1, C, k)
    return dlong[:, :, p:p + T], dw, db
