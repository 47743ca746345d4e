import numpy as np


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        dx = 1.0 - self.y * self.y  # WRONG; right: dx = dy * (1.0 - self.y * self.y)
        return dx


def tanh_forward(x):
    layer = Tanh()
    return layer.forward(x), layer


def tanh_backward(dout, cache):
    return cache.backward(dout)
