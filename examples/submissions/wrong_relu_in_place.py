"""
Layers for the two layer net and the fully connected net (assignment 2).
Forward functions return (out, cache), backward functions take (dout, cache).
"""
import numpy as np


def affine_forward(x, w, b):
    out = None
    N = x.shape[0]
    x_row = x.reshape(N, -1)   # N x D
    out = x_row.dot(w) + b     # N x M
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = None, None, None
    N = x.shape[0]
    dx = dout.dot(w.T)         # N x D
    dx = dx.reshape(x.shape)
    x_row = x.reshape(N, -1)
    dw = x_row.T.dot(dout)     # D x M
    db = np.sum(dout, axis=0)  # M
    return dx, dw, db


def relu_forward(x):
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(dout, cache):
    x = cache
    # the gradient is killed where the neuron did not fire
    dx = dout
    dx[x <= 0] = 0
    return dx


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    mu = np.mean(x, axis=1, keepdims=True)       # N x 1
    var = np.var(x, axis=1, keepdims=True)       # N x 1
    x_normed = (x - mu) / np.sqrt(var + eps)     # N x D
    out = gamma * x_normed + beta
    cache = (x_normed, var, eps, gamma)
    return out, cache


def layernorm_backward(dout, cache):
    x_normed, var, eps, gamma = cache
    D = dout.shape[1]
    dgamma = np.sum(x_normed * dout, axis=0)     # D
    dbeta = np.sum(dout, axis=0)                 # D
    g = gamma * dout                             # N x D
    s = np.sqrt(var + eps)
    dx = g - np.sum(g, axis=1, keepdims=True) / D - x_normed * np.sum(g * x_normed, axis=1, keepdims=True) / D
    dx = dx / s
    return dx, dgamma, dbeta


def softmax_loss(x, y):
    shifted_logits = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted_logits), axis=1, keepdims=True)
    log_probs = shifted_logits - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.mean(log_probs[np.arange(N), y])
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
