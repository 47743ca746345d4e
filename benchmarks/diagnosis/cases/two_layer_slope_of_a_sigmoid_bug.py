import numpy as np


class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, num_classes, std=1e-4):
        rng = np.random
        self.params = dict(W1=std * rng.randn(input_size, hidden_size), b1=np.zeros(hidden_size),
                           W2=std * rng.randn(hidden_size, num_classes), b2=np.zeros(num_classes))

    def hidden(self, X):
        return np.clip(X.dot(self.params["W1"]) + self.params["b1"], 0, None)

    def loss(self, X, y=None, reg=0.0):
        W1, W2 = self.params["W1"], self.params["W2"]
        a = self.hidden(X)
        out = a.dot(W2) + self.params["b2"]
        if y is None:
            return out
        N = len(X)
        out = out - np.amax(out, axis=1).reshape(-1, 1)
        lse = np.log(np.exp(out).sum(axis=1))
        loss = (lse - out[range(N), y]).sum() / N + reg * ((W1 ** 2).sum() + (W2 ** 2).sum()) / 2
        delta = np.exp(out - lse.reshape(-1, 1))
        delta[range(N), y] -= 1
        delta /= N
        below = delta.dot(W2.T) * (a * (1 - a))  # WRONG; right: below = delta.dot(W2.T) * (a > 0)
        return loss, dict(W2=a.T.dot(delta) + reg * W2, b2=delta.sum(0), W1=X.T.dot(below) + reg * W1, b1=below.sum(0))
