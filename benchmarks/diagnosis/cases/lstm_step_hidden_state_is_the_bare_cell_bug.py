import numpy as np


def logistic(v):
    e = np.exp(-np.abs(v))
    return np.where(v < 0, e, 1) / (1 + e)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    D, H = x.shape[1], prev_h.shape[1]
    W = np.vstack([Wx, Wh])
    xh = np.hstack([x, prev_h])
    z = xh @ W + b
    ifo = logistic(z[:, :3 * H])
    g = np.tanh(z[:, 3 * H:])
    i, f, o = ifo[:, :H], ifo[:, H:2 * H], ifo[:, 2 * H:]
    c = i * g + f * prev_c
    h = o * c  # WRONG; right: h = o * np.tanh(c)
    return h, c, (xh, W, D, prev_c, i, f, o, g, c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    xh, W, D, prev_c, i, f, o, g, c = cache
    do = dnext_h * c  # WRONG; right: do = dnext_h * np.tanh(c)
    dc = dnext_c + dnext_h * o  # WRONG; right: dc = dnext_c + dnext_h * o / np.cosh(np.clip(c, -300, 300)) ** 2
    dz = np.concatenate((dc * g * i * (1 - i), dc * prev_c * f * (1 - f), do * o * (1 - o), dc * i * (1 - g * g)), axis=1)
    dxh, dW = dz @ W.T, xh.T @ dz
    return dxh[:, :D], dxh[:, D:], dc * f, dW[:D], dW[D:], dz.sum(axis=0)
