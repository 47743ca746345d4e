import numpy as np


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, T = x.shape
    F, C, K = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p)))
    L = (T + 2 * p - K) // s + 1
    cols = np.stack([xp[:, :, t * s:t * s + K].reshape(N, -1) for t in range(L)], axis=1)
    out = cols.dot(w.reshape(F, -1).T) + b
    return out.transpose(0, 2, 1), (x, w, conv_param, cols)


def conv1d_backward(dout, cache):
    x, w, conv_param, cols = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, T = x.shape
    F, C, K = w.shape
    d = dout.transpose(0, 2, 1)
    dw = np.tensordot(d, cols, axes=([0, 1], [0, 1])).reshape(w.shape)
    dcols = d.dot(w.reshape(F, -1)).reshape(N, -1, C, K)
    dxp = np.zeros((N, C, T + 2 * p), dtype=x.dtype)
    for t in range(dout.shape[2]):
        dxp[:, :, t:t + K] += dcols[:, t]  # WRONG; right: dxp[:, :, t * s:t * s + K] += dcols[:, t]
    return dxp[:, :, p:p + T], dw, dout.sum(axis=(0, 2))
