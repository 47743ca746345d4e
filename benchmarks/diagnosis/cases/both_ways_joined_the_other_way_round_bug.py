import numpy as np


def scan(x, h, Wx, Wh, b):
    hs = [h]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t] @ Wx + hs[-1] @ Wh + b))
    return np.stack(hs, axis=1)


def scan_back(x, hs, dh, Wx, Wh):
    dx, dWx, dWh, db, d = np.zeros_like(x), 0, 0, 0, 0
    for t in range(x.shape[1] - 1, -1, -1):
        dz = (dh[:, t] + d) * (1 - hs[:, t + 1] ** 2)
        dx[:, t], d = dz @ Wx.T, dz @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ dz, dWh + hs[:, t].T @ dz, db + dz.sum(0)
    return dx, d, dWx, dWh, db


def bidirectional_rnn_forward(x, h0, Wx, Wh, b):
    onward = scan(x, h0[0], Wx[0], Wh[0], b[0])
    backward = scan(x[:, ::-1], h0[1], Wx[1], Wh[1], b[1])
    pair = (backward[:, :0:-1], onward[:, 1:])  # WRONG; right: pair = (onward[:, 1:], backward[:, :0:-1])
    return np.concatenate(pair, axis=2), (x, onward, backward, Wx, Wh)


def bidirectional_rnn_backward(dh, cache):
    x, onward, backward, Wx, Wh = cache
    H = Wh.shape[2]
    dA, dB = dh[:, :, :H], dh[:, ::-1, H:]
    xa, ha, wxa, wha, ba = scan_back(x, onward, dA, Wx[0], Wh[0])
    xb, hb, wxb, whb, bb = scan_back(x[:, ::-1], backward, dB, Wx[1], Wh[1])
    return xa + xb[:, ::-1], np.stack([ha, hb]), np.stack([wxa, wxb]), np.stack([wha, whb]), np.stack([ba, bb])
