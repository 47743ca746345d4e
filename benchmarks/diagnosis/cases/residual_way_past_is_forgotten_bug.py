import numpy as np


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        flat_x, flat_d = self.x.reshape(-1, self.x.shape[-1]), d.reshape(-1, d.shape[-1])
        self.dW, self.db = flat_x.T @ flat_d, flat_d.sum(axis=0)
        return d @ self.W.T


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    one, two = Linear(W1, b1), Linear(W2, b2)
    h = one.forward(x)
    gate = h > 0
    return two.forward(h * gate) + x, (one, two, gate)


def residual_feed_forward_backward(dout, cache):
    one, two, gate = cache
    dx = one.backward(two.backward(dout) * gate)
    dx = dx * 1  # WRONG; right: dx = dx + dout
    return dx, one.dW, one.db, two.dW, two.db
