import numpy as np


def softmax_xent(s, y):
    s = s - s.max(1, keepdims=True)
    lse = np.log(np.exp(s).sum(1))
    d = np.exp(s - lse[:, None])
    d[np.arange(len(y)), y] -= 1
    return (lse - s[np.arange(len(y)), y]).mean(), d / len(y)


class ShallowLayerNet:
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg, self.params = reg, {}
        for k, (a, b) in enumerate([(input_dim, hidden_dim), (hidden_dim, num_classes)], 1):
            self.params[f"W{k}"] = weight_scale * np.random.standard_normal((a, b))
            self.params[f"b{k}"] = np.zeros(b)

    def loss(self, X, y=None):
        a = X.reshape(len(X), -1)
        tape = []
        for k in (1, 2):
            tape.append(a)
            a = a @ self.params[f"W{k}"] + self.params[f"b{k}"]
            if k == 1:
                gate = a > 0
                a = a * gate
        if y is None:
            return a
        loss, d = softmax_xent(a, y)
        grads = {}
        for k in (2, 1):
            W = self.params[f"W{k}"]
            loss += 0.5 * self.reg * np.sum(W ** 2)
            grads[f"W{k}"] = tape[k - 1].T @ d + self.reg * np.sign(W)
            grads[f"b{k}"] = d.sum(0)
            if k == 2:
                d = (d @ W.T) * gate
        return loss, grads
