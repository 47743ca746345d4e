import numpy as np


class Tanh:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.y

    def grad(self, g):
        return g * (1 - self.y * 2)  # WRONG; right: return g * (1 - self.y ** 2)


def tanh_forward(x):
    layer = Tanh()
    return layer(x), layer


def tanh_backward(dout, cache):
    return cache.grad(dout)
