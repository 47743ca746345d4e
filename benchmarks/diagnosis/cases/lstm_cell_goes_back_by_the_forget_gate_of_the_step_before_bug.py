import numpy as np


def sigma(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    H = h0.shape[1]
    gates = np.zeros((T, N, 4 * H), x.dtype)
    hs, cs = np.zeros((T + 1, N, H), x.dtype), np.zeros((T + 1, N, H), x.dtype)
    hs[0] = h0
    for t in range(T):
        a = x[:, t] @ Wx + hs[t] @ Wh + b
        gates[t, :, :3 * H], gates[t, :, 3 * H:] = sigma(a[:, :3 * H]), np.tanh(a[:, 3 * H:])
        i, f, o, g = (gates[t, :, k * H:(k + 1) * H] for k in range(4))
        cs[t + 1] = f * cs[t] + i * g
        hs[t + 1] = o * np.tanh(cs[t + 1])
    return hs[1:].transpose(1, 0, 2), (x, hs, cs, gates, Wx, Wh)


def lstm_backward(dh, cache):
    x, hs, cs, gates, Wx, Wh = cache
    T, N, H4 = gates.shape
    H = H4 // 4
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H4, x.dtype)
    dnh, dnc = np.zeros((N, H), x.dtype), np.zeros((N, H), x.dtype)
    for t in range(T - 1, -1, -1):
        i, f, o, g = (gates[t, :, k * H:(k + 1) * H] for k in range(4))
        d, tc = dh[:, t] + dnh, np.tanh(cs[t + 1])
        dc = dnc + d * o * (1 - tc * tc)
        da = np.concatenate([dc * g * i * (1 - i), dc * cs[t] * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g * g)], 1)
        dnh = da @ Wh.T
        dnc = dc * gates[t - 1, :, H:2 * H]  # WRONG; right: dnc = dc * gates[t, :, H:2 * H]
        dx[:, t] = da @ Wx.T
        dWx, dWh, db = dWx + x[:, t].T @ da, dWh + hs[t].T @ da, db + da.sum(0)
    return dx, dnh, dWx, dWh, db
