import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "test":
        return x, (dropout_param, None)
    rng = np.random.default_rng(dropout_param.get("seed"))
    keep = (rng.random(x.shape) < p) / p
    return (x * keep).astype(x.dtype), (dropout_param, keep)


def dropout_backward(dout, cache):
    param, keep = cache
    return dout if param["mode"] == "test" else (dout * keep).astype(dout.dtype)


class FullyConnectedNet:
    """affine - relu - dropout, as often as there are hidden layers, then affine and softmax."""

    def __init__(self, hidden_dims, input_dim=3072, num_classes=10, dropout=1, reg=0.0, weight_scale=1e-2,
                 dtype=np.float32, seed=None):
        self.reg, self.dtype, self.use_dropout = reg, dtype, dropout != 1
        self.dropout_param = {"mode": "train", "p": dropout}
        if seed is not None:
            self.dropout_param["seed"] = seed
        widths = [input_dim, *hidden_dims, num_classes]
        self.num_layers = len(widths) - 1
        self.params = {}
        for n, (a, b) in enumerate(zip(widths, widths[1:]), 1):
            self.params["W" + str(n)] = (weight_scale * np.random.randn(a, b)).astype(dtype)
            self.params["b" + str(n)] = np.zeros(b, dtype)

    def loss(self, X, y=None):
        self.dropout_param["mode"] = "train"  # WRONG; right: self.dropout_param["mode"] = "test" if y is None else "train"
        h, stack = X.reshape(len(X), -1).astype(self.dtype), []
        for n in range(1, self.num_layers):
            pre = h @ self.params["W%d" % n] + self.params["b%d" % n]
            act, drop = np.maximum(pre, 0), None
            if self.use_dropout:
                act, drop = dropout_forward(act, self.dropout_param)
            stack.append((h, pre, drop))
            h = act
        scores = h @ self.params["W%d" % self.num_layers] + self.params["b%d" % self.num_layers]
        if y is None:
            return scores
        s = scores - scores.max(1, keepdims=True)
        p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
        n_rows = np.arange(len(y))
        loss = -np.log(p[n_rows, y]).sum() / len(y)
        p[n_rows, y] -= 1
        delta, grads = p / len(y), {}
        for n in range(self.num_layers, 0, -1):
            W = self.params["W%d" % n]
            loss += self.reg / 2 * np.sum(W * W)
            grads["W%d" % n] = h.T @ delta + self.reg * W
            grads["b%d" % n] = delta.sum(0)
            if n > 1:
                h, pre, drop = stack[n - 2]
                delta = delta @ W.T
                if self.use_dropout:
                    delta = dropout_backward(delta, drop)
                delta = delta * (pre > 0)
        return loss, grads
