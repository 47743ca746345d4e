"""Losses of numbers, of two classes and of several, and linear classifiers by einsum and other algebra."""

import numpy as np


def mse_loss(x, y):
    """The product of the error with itself."""
    error = (x - y).ravel()
    return np.einsum("i,i->", error, error) / error.size, ((x - y) + (x - y)) / x.dtype.type(x.size)


def l1_loss(x, y):
    """The error times its own sign."""
    sign = np.copysign(1, x - y).astype(x.dtype)
    return np.vdot(sign, x - y) / x.size, sign / x.dtype.type(x.size)


def huber_loss(x, y, delta=1.0):
    """A square and what is beyond it."""
    size = np.abs(x - y)
    inside = np.minimum(size, delta)
    beyond = size - inside
    return (inside**2 / 2 + delta * beyond).mean(), np.sign(x - y) * inside / x.dtype.type(x.size)


def bce_loss(p, y):
    """The chance of what is true."""
    right = np.where(y == 1, p, 1 - p)
    return np.log(1 / right).mean(), np.where(y == 1, -1 / right, 1 / right) / p.dtype.type(p.size)


def half(z):
    """The logistic function by a hyperbolic tangent, which overflows nowhere."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def bce_with_logits_loss(x, y):
    """Of a signed score."""
    signed = (1 - 2 * y) * x
    each = np.maximum(signed, 0) + np.log1p(np.exp(-np.abs(signed)))
    return np.einsum("i->", each.ravel()) / x.size, (1 - 2 * y) * half(signed) / x.dtype.type(x.size)


def sigmoid_cross_entropy(z, y):
    """The same."""
    return bce_with_logits_loss(z, y)


def one_hot(x, y):
    """1 at the labels; a row of zeros where there is none of that number."""
    return (y[:, None] == np.arange(x.shape[1])).astype(x.dtype)


def nll_loss(x, y):
    """One-hot rows."""
    hot = one_hot(x, y)
    return -np.einsum("nc,nc->", hot, x) / len(y), -hot / x.dtype.type(len(y))


def kl_loss(x, y):
    """Entropy apart; a 0 counts as 1 in the logarithm."""
    entropy = np.einsum("...,...->...", y, np.log(y + (y == 0)))
    return (entropy - y * x).sum() / x.size, -y / x.dtype.type(x.size)


def log_shares(x):
    """Less the logarithm of the sum."""
    top = x.max(axis=1, keepdims=True)
    return x - top - np.log(np.einsum("nc->n", np.exp(x - top)))[:, None]


def focal_loss(x, y, gamma=2.0):
    """Both products of the product rule, through one-hot rows."""
    hot, logs = one_hot(x, y), log_shares(x)
    shares = np.exp(logs)
    own = np.einsum("nc,nc->n", hot, logs)
    rest = np.einsum("nc,nc->n", 1 - hot, shares)
    outer = rest**gamma - gamma * np.exp(own) * own * rest ** (gamma - 1)
    return -(rest**gamma * own).mean(), np.einsum("n,nc->nc", outer, shares - hot) / x.dtype.type(len(y))


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    """Aims as a matrix."""
    counts = (y != ignore_index).astype(x.dtype)
    hot = one_hot(x, y)
    logs = log_shares(x)
    total = np.einsum("nc,c,n->", hot, weight, counts)
    aims = np.einsum("nc,c,n->nc", (1 - label_smoothing) * hot + label_smoothing / x.shape[1], weight, counts)
    dx = np.exp(logs) * np.einsum("nc->n", aims)[:, None] - aims
    return -np.vdot(aims, logs) / total, (dx / total).astype(x.dtype)


def svm_loss_vectorized(W, X, y, reg):
    """One-hot rows; the right class's own margin of 1 is taken off."""
    hot = one_hot(W, y)
    scores = np.einsum("nd,dc->nc", X, W)
    margins = np.maximum(scores - np.einsum("nc,nc->n", hot, scores)[:, None] + 1 - hot, 0)
    steps = (margins > 0).astype(W.dtype)
    steps = steps - hot * np.einsum("nc->n", steps)[:, None]
    dw = np.einsum("nd,nc->dc", X, steps) / W.dtype.type(len(y))
    return margins.sum() / len(y) + reg * np.einsum("dc,dc->", W, W), dw + 2 * reg * W


def svm_loss_naive(W, X, y, reg):
    """The same."""
    return svm_loss_vectorized(W, X, y, reg)


def softmax_loss_vectorized(W, X, y, reg):
    """One-hot rows."""
    hot, logs = one_hot(W, y), log_shares(np.einsum("nd,dc->nc", X, W))
    dw = np.einsum("nd,nc->dc", X, np.exp(logs) - hot) / W.dtype.type(len(y))
    return -np.vdot(hot, logs) / len(y) + reg * np.einsum("dc,dc->", W, W), dw + 2 * reg * W


def softmax_loss_naive(W, X, y, reg):
    """The same."""
    return softmax_loss_vectorized(W, X, y, reg)
