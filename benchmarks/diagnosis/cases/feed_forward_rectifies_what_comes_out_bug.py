import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    hidden = np.maximum(0, x.dot(W1) + b1)
    out = np.maximum(0, hidden.dot(W2) + b2)  # WRONG; right: out = hidden.dot(W2) + b2
    return out, (x, hidden, W1, W2)


def feed_forward_backward(dout, cache):
    x, hidden, W1, W2 = cache
    rows = lambda t: t.reshape(-1, t.shape[-1])
    dh = dout.dot(W2.T)
    dh[hidden <= 0] = 0
    dW2, db2 = rows(hidden).T.dot(rows(dout)), rows(dout).sum(axis=0)
    dW1, db1 = rows(x).T.dot(rows(dh)), rows(dh).sum(axis=0)
    return dh.dot(W1.T), dW1, db1, dW2, db2
