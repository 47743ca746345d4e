import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def look(h, A):
    n, H = h.shape
    F = A.reshape(n, H, -1)
    s = (h[:, :, None] * F).sum(1) / np.sqrt(H)
    e = np.exp(s - s.max(1, keepdims=True))
    w = e / e.sum(1, keepdims=True)
    return (F * w[:, None]).sum(2), (h, F, w)


def look_back(d, kept):
    h, F, w = kept
    dw = (d[:, :, None] * F).sum(1)
    ds = w * (dw - (w * dw).sum(1, keepdims=True)) / np.sqrt(h.shape[1])
    return (ds[:, None] * F).sum(2), d[:, :, None] * w[:, None] + h[:, :, None] * ds[:, None]


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    h = A.mean(axis=(2, 3))
    c = np.zeros_like(h)  # WRONG; right: c = h
    tape, hs = [], []
    for t in range(x.shape[1]):
        attn, looked = look(h, A)
        i, f, o, g = np.split(x[:, t] @ Wx + h @ Wh + attn @ Wattn + b, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c2 = f * c + i * g
        tape.append((x[:, t], h, c, attn, looked, i, f, o, g, c2))
        h, c = o * np.tanh(c2), c2
        hs.append(h)
    return np.stack(hs, axis=1), (tape, A, Wx, Wh, Wattn)


def attention_lstm_backward(dh, cache):
    tape, A, Wx, Wh, Wattn = cache
    dWx, dWh, dWattn, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wattn), np.zeros_like(Wx[0])
    dA = np.zeros((len(A), A.shape[1], A.shape[2] * A.shape[3]), A.dtype)
    dx, nh, nc = [], 0, 0
    for t in reversed(range(len(tape))):
        xt, h, c, attn, looked, i, f, o, g, c2 = tape[t]
        d = dh[:, t] + nh
        tc = np.tanh(c2)
        dc = nc + d * o * (1 - tc ** 2)
        da = np.concatenate([dc * g * i * (1 - i), dc * c * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g ** 2)], 1)
        dWx += xt.T @ da
        dWh += h.T @ da
        dWattn += attn.T @ da
        db += da.sum(0)
        dx.insert(0, da @ Wx.T)
        by_look, dF = look_back(da @ Wattn.T, looked)
        dA += dF
        nh, nc = da @ Wh.T + by_look, dc * f
    start = nh  # WRONG; right: start = nh + nc
    dA = dA.reshape(A.shape) + start[:, :, None, None] / (A.shape[2] * A.shape[3])
    return np.stack(dx, axis=1), dA, dWx, dWh, dWattn, db
