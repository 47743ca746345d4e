"""Words as vectors, and the layers that act at every time step."""

import numpy as np


def word_embedding_forward(x, W):
    out = W[x]
    return out, (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = (x.reshape(N * T, D) @ w).reshape(N, T, M) + b
    return out, (x, w, b)


def temporal_affine_backward(dout, cache):
    x, w, b = cache
    N, T, D = x.shape
    M = b.shape[0]
    dx = (dout.reshape(N * T, M) @ w.T).reshape(N, T, D)
    dw = x.reshape(N * T, D).T @ dout.reshape(N * T, M)
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    scores = x.reshape(N * T, V)
    labels = y.reshape(N * T)
    weights = mask.reshape(N * T).astype(x.dtype)
    shifted = scores - scores.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    if dialect.temporal_average == "samples":
        count = N
    if dialect.temporal_average == "tokens":
        count = float(mask.sum())
    loss = -np.sum(weights * logarithms[np.arange(N * T), labels]) / count
    dscores = np.exp(logarithms)
    dscores[np.arange(N * T), labels] -= 1
    dscores *= weights[:, np.newaxis]
    dscores /= count
    dx = dscores.reshape(N, T, V)
    return loss, dx
