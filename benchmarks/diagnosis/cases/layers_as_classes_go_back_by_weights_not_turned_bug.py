import numpy as np


class Linear:
    def __init__(self, w, b):
        self.w, self.b = w, b
        self.dw, self.db = np.zeros_like(w), np.zeros_like(b)

    def forward(self, x):
        self.x = x
        return x.dot(self.w) + self.b

    def backward(self, dout):
        self.dw += self.x.T.dot(dout)
        self.db += dout.sum(axis=0)
        return dout.dot(self.w)  # WRONG; right: return dout.dot(self.w.T)


class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * (self.x > 0)
