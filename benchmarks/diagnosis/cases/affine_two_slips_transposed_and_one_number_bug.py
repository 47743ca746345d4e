import numpy as np


class Linear:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        self.x = x.reshape(len(x), -1)
        self.shape = x.shape
        return self.x.dot(self.w) + self.b

    def grad(self, dout):
        dw = np.dot(dout.T, self.x)  # WRONG; right: dw = np.dot(self.x.T, dout)
        db = np.sum(dout)  # WRONG; right: db = np.sum(dout, axis=0)
        return dout.dot(self.w.T).reshape(self.shape), dw, db


def affine_forward(x, w, b):
    layer = Linear(w, b)
    return layer(x), layer


def affine_backward(dout, cache):
    return cache.grad(dout)
