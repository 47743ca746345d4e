import numpy as np


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    pre = np.tensordot(x, W1, 1) + b1
    hidden = pre * (pre > 0)
    return x + np.tensordot(hidden, W2, 1), (x, W1, W2, pre, hidden)  # WRONG; right: return x + np.tensordot(hidden, W2, 1) + b2, (x, W1, W2, pre, hidden)


def residual_feed_forward_backward(dout, cache):
    x, W1, W2, pre, hidden = cache
    axes = tuple(range(dout.ndim - 1))
    dhidden = np.tensordot(dout, W2.T, 1)
    dpre = dhidden * (pre > 0)
    dW2 = np.tensordot(hidden, dout, (axes, axes))
    dW1 = np.tensordot(x, dpre, (axes, axes))
    dx = dout + np.tensordot(dpre, W1.T, 1)
    return dx, dW1, dpre.sum(axis=axes), dW2, dout.sum(axis=axes)
