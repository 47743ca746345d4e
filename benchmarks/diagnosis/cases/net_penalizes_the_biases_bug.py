import numpy as np


class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, reg=0.0, weight_scale=1e-2, dtype=np.float32):
        self.params = {}
        self.reg = reg
        self.dtype = dtype
        self.num_layers = len(hidden_dims) + 1
        prev = input_dim
        for i, h in enumerate(list(hidden_dims) + [num_classes], start=1):
            self.params['W%d' % i] = np.random.normal(0, weight_scale, (prev, h)).astype(dtype)
            self.params['b%d' % i] = np.zeros(h, dtype=dtype)
            prev = h

    def loss(self, X, y=None):
        out = X.astype(self.dtype).reshape(X.shape[0], -1)
        caches = []
        for i in range(1, self.num_layers + 1):
            inp = out
            out = inp.dot(self.params['W%d' % i]) + self.params['b%d' % i]
            caches.append((inp, out))
            if i < self.num_layers:
                out = np.maximum(0, out)
        if y is None:
            return out
        N = X.shape[0]
        shifted = out - np.max(out, axis=1, keepdims=True)
        p = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
        loss = -np.sum(np.log(p[range(N), y])) / N
        for k in self.params:
            loss += 0.5 * self.reg * np.sum(self.params[k] ** 2)
        dout = p.copy()
        dout[range(N), y] -= 1
        dout /= N
        grads = {}
        for i in range(self.num_layers, 0, -1):
            inp, z = caches[i - 1]
            if i < self.num_layers:
                dout = dout * (z > 0)
            grads['W%d' % i] = inp.T.dot(dout) + self.reg * self.params['W%d' % i]
            grads['b%d' % i] = dout.sum(axis=0) + self.reg * self.params['b%d' % i]
            dout = dout.dot(self.params['W%d' % i].T)
        return loss, grads
