import numpy as np


def logistic(v):
    return np.tanh(v / 2) / 2 + 0.5


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    xr, xz, xn = np.split(x @ Wx + bx, 3, axis=1)
    hr, hz, hn = np.split(prev_h @ Wh + bh, 3, axis=1)
    reset = logistic(xr + hr)
    update = logistic(xz + hz)
    new = np.tanh(xn + reset * hn)
    next_h = (1 - update) * new + update * prev_h
    return next_h, (x, prev_h, Wx, Wh, reset, update, new, hn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, reset, update, new, hn = cache
    dupdate = dnext_h * (prev_h - new)
    dnew = dnext_h * (1 - update)
    dan = dnew * (1 - new ** 2)
    dreset = dan * hn
    dar = dreset * reset  # WRONG; right: dar = dreset * reset * (1 - reset)
    daz = dupdate * update * (1 - update)
    from_x = np.concatenate((dar, daz, dan), axis=1)
    from_h = np.concatenate((dar, daz, dan * reset), axis=1)
    dprev_h = from_h @ Wh.T + dnext_h * update
    return from_x @ Wx.T, dprev_h, x.T @ from_x, prev_h.T @ from_h, from_h.sum(0), from_h.sum(0)  # WRONG; right: return from_x @ Wx.T, dprev_h, x.T @ from_x, prev_h.T @ from_h, from_x.sum(0), from_h.sum(0)
