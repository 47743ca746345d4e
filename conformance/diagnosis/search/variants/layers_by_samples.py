"""Layers in loops over the samples: each adds its own share to the gradients of what all of them use."""

import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    out = np.zeros((N, w.shape[1]), x.dtype)
    for n in range(N):
        out[n] = x[n].reshape(-1) @ w + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    N = x.shape[0]
    dw, db = np.zeros_like(w), np.zeros_like(b)
    dx = np.array([w @ row for row in dout]).reshape(x.shape)
    for n in range(N):
        dw += np.outer(x[n].reshape(-1), dout[n])
        db += dout[n]
    return dx, dw, db


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = np.zeros((N, T, w.shape[1]), x.dtype)
    for t in range(T):
        out[:, t] = x[:, t] @ w + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1], w.dtype)
    for t in range(T):
        dx[:, t] = dout[:, t] @ w.T
        dw += x[:, t].T @ dout[:, t]
        db += dout[:, t].sum(axis=0)
    return dx, dw, db


def padded_embedding_forward(x, W, padding_idx):
    return W[x], (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, padding_idx = cache
    words, rows = x.reshape(-1), dout.reshape(-1, W.shape[1])
    dW = np.zeros_like(W)
    for n in range(len(words)):
        word = words[n]
        dW[word] += rows[n]
    dW[padding_idx] = 0
    return dW
