import numpy as np


def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    gx = x.dot(Wx) + bx
    gh = prev_h.dot(Wh) + bh
    r = sigmoid(gx[:, :H] + gh[:, :H])
    z = sigmoid(gx[:, H:2*H] + gh[:, H:2*H])
    n = np.tanh(gx[:, 2*H:] + r * gh[:, 2*H:])
    next_h = (1 - z) * prev_h + z * n
    return next_h, (x, prev_h, Wx, Wh, r, z, n, gh[:, 2*H:])


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, ghn = cache
    dn = dnext_h * z
    dz = dnext_h * (n - prev_h)
    dprev_h = dnext_h * (1 - z)
    dan = dn * (1 - n ** 2)
    dr = dan * ghn
    dar = dr * r * (1 - r)
    daz = dz * z * (1 - z)
    dgx = np.hstack((dar, daz, dan))
    dgh = np.hstack((dar, daz, dan * r))
    dprev_h = dprev_h + dgh.dot(Wh.T)
    return dgx.dot(Wx.T), dprev_h, x.T.dot(dgx), prev_h.T.dot(dgh), dgx.sum(axis=0), dgh.sum(axis=0)
