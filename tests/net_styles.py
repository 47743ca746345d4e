"""Networks as students write them, each right, each in another style. Sources, for they are handed in as files."""

from pathlib import Path

LAYERS = """
import numpy as np

def affine_forward(x, w, b):
    return x.reshape(len(x), -1).dot(w) + b, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    return dout.dot(w.T).reshape(x.shape), x.reshape(len(x), -1).T.dot(dout), dout.sum(axis=0)

def relu_forward(x):
    return np.maximum(0, x), x

def relu_backward(dout, cache):
    return dout * (cache > 0)

def softmax_loss(x, y):
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    n = len(x)
    loss = -np.log(p[np.arange(n), y]).sum() / n
    dx = p.copy()
    dx[np.arange(n), y] -= 1
    return loss, dx / n

def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    if mode == "test":
        return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta, None
    mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(var + eps)
    xhat = (x - mean) / std
    bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
    bn_param["running_var"] = momentum * running_var + (1 - momentum) * var  # STATISTICS
    return gamma * xhat + beta, (xhat, std, gamma)

def batchnorm_backward(dout, cache):
    xhat, std, gamma = cache
    n = len(dout)
    dbeta, dgamma = dout.sum(axis=0), (dout * xhat).sum(axis=0)
    return gamma / (n * std) * (n * dout - dbeta - xhat * dgamma), dgamma, dbeta

def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    if mode == "test":
        return x, (dropout_param, None)
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, (dropout_param, mask)

def dropout_backward(dout, cache):
    dropout_param, mask = cache
    return dout if dropout_param["mode"] == "test" else dout * mask
"""

BLOCKS = """
from .layers import *

def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    return out, (fc_cache, relu_cache)

def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), fc_cache)

def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    a, fc_cache = affine_forward(x, w, b)
    n, bn_cache = batchnorm_forward(a, gamma, beta, bn_param)
    out, relu_cache = relu_forward(n)
    return out, (fc_cache, bn_cache, relu_cache)

def affine_bn_relu_backward(dout, cache):
    fc_cache, bn_cache, relu_cache = cache
    da, dgamma, dbeta = batchnorm_backward(relu_backward(dout, relu_cache), bn_cache)
    dx, dw, db = affine_backward(da, fc_cache)
    return dx, dw, db, dgamma, dbeta
"""

# 2016: dropout=0 is off, a flag for batch normalization, keep probability under its old name
DEEP_2016 = """
class FullyConnectedNet(object):
    def __init__(self, hidden_dims, input_dim=3*32*32, num_classes=10, dropout=0, use_batchnorm=False, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.use_batchnorm, self.use_dropout, self.reg = use_batchnorm, dropout > 0, reg
        self.num_layers, self.dtype, self.params = 1 + len(hidden_dims), dtype, {}
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for i in range(self.num_layers):
            self.params["W%d" % (i + 1)] = weight_scale * np.random.randn(dims[i], dims[i + 1])
            self.params["b%d" % (i + 1)] = np.zeros(dims[i + 1])
            if use_batchnorm and i < self.num_layers - 1:
                self.params["gamma%d" % (i + 1)] = np.ones(dims[i + 1])
                self.params["beta%d" % (i + 1)] = np.zeros(dims[i + 1])
        self.dropout_param = {"mode": "train", "p": dropout} if self.use_dropout else {}
        if seed is not None and self.use_dropout:
            self.dropout_param["seed"] = seed
        self.bn_params = [{"mode": "train"} for i in range(self.num_layers - 1)] if use_batchnorm else []
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        self.dropout_param["mode"] = mode
        for bn_param in self.bn_params:
            bn_param["mode"] = mode
        P, caches, h = self.params, {}, X
        for i in range(1, self.num_layers):
            k = str(i)
            h, caches["fc" + k] = affine_forward(h, P["W" + k], P["b" + k])
            if self.use_batchnorm:
                h, caches["bn" + k] = batchnorm_forward(h, P["gamma" + k], P["beta" + k], self.bn_params[i - 1])
            h, caches["relu" + k] = relu_forward(h)
            if self.use_dropout:
                h, caches["drop" + k] = dropout_forward(h, self.dropout_param)
        L = str(self.num_layers)
        scores, caches["fc" + L] = affine_forward(h, P["W" + L], P["b" + L])
        if mode == "test":
            return scores
        grads = {}
        loss, dout = softmax_loss(scores, y)
        dout, grads["W" + L], grads["b" + L] = affine_backward(dout, caches["fc" + L])
        for i in range(self.num_layers - 1, 0, -1):
            k = str(i)
            if self.use_dropout:
                dout = dropout_backward(dout, caches["drop" + k])
            dout = relu_backward(dout, caches["relu" + k])
            if self.use_batchnorm:
                dout, grads["gamma" + k], grads["beta" + k] = batchnorm_backward(dout, caches["bn" + k])
            dout, grads["W" + k], grads["b" + k] = affine_backward(dout, caches["fc" + k])
        for i in range(1, self.num_layers + 1):
            W = P["W%d" % i]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % i] += self.reg * W
        return loss, grads
"""

# blocks, keys from W0 on, bias rows, the keep ratio's newer name
BY_BLOCKS = """
class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=12, num_classes=10, dropout_keep_ratio=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization, self.reg, self.dtype, self.L = normalization, reg, dtype, len(hidden_dims)
        self.use_dropout = dropout_keep_ratio != 1
        self.dropout_param = {"mode": "train", "p": dropout_keep_ratio}
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]
        dims = [input_dim, *hidden_dims, num_classes]
        self.params = {}
        for i in range(self.L + 1):
            self.params[f"W{i}"] = (weight_scale * np.random.randn(dims[i], dims[i + 1])).astype(dtype)
            self.params[f"b{i}"] = np.zeros((1, dims[i + 1]), dtype)
            if normalization and i < self.L:
                self.params[f"gamma{i}"] = np.ones(dims[i + 1], dtype)
                self.params[f"beta{i}"] = np.zeros(dims[i + 1], dtype)

    def loss(self, X, y=None):
        h = X.astype(self.dtype)
        mode = "test" if y is None else "train"
        p, caches = self.params, []
        for i in range(self.L):
            if self.normalization == "batchnorm":
                self.bn_params[i]["mode"] = mode
                h, cache = affine_bn_relu_forward(h, p[f"W{i}"], p[f"b{i}"], p[f"gamma{i}"], p[f"beta{i}"],
                                                  self.bn_params[i])
            else:
                h, cache = affine_relu_forward(h, p[f"W{i}"], p[f"b{i}"])
            drop = None
            if self.use_dropout:
                h, drop = dropout_forward(h, {**self.dropout_param, "mode": mode})
            caches.append((cache, drop))
        scores, last = affine_forward(h, p[f"W{self.L}"], p[f"b{self.L}"])
        if y is None:
            return scores
        loss, dh = softmax_loss(scores, y)
        g = {}
        dh, g[f"W{self.L}"], g[f"b{self.L}"] = affine_backward(dh, last)
        for i in reversed(range(self.L)):
            cache, drop = caches[i]
            if drop is not None:
                dh = dropout_backward(dh, drop)
            if self.normalization == "batchnorm":
                dh, g[f"W{i}"], g[f"b{i}"], g[f"gamma{i}"], g[f"beta{i}"] = affine_bn_relu_backward(dh, cache)
            else:
                dh, g[f"W{i}"], g[f"b{i}"] = affine_relu_backward(dh, cache)
        for i in range(self.L + 1):
            loss += self.reg / 2 * (p[f"W{i}"] ** 2).sum()
            g[f"W{i}"] = g[f"W{i}"] + self.reg * p[f"W{i}"]
            g[f"b{i}"] = g[f"b{i}"].reshape(1, -1)
        return loss, g
"""

# assignment 1: everything in one method, reg given to the loss, no half
TWO_LAYER_A1 = """
import numpy as np

class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {}
        self.params["W1"] = std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        N = X.shape[0]
        X = X.reshape(N, -1)
        h = np.maximum(0, X.dot(W1) + b1)
        scores = h.dot(W2) + b2
        if y is None:
            return scores
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[range(N), y]).mean() + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        d = p.copy()
        d[range(N), y] -= 1
        d /= N
        grads = {"W2": h.T.dot(d) + 2 * reg * W2, "b2": d.sum(axis=0)}
        dh = d.dot(W2.T) * (h > 0)
        grads["W1"], grads["b1"] = X.T.dot(dh) + 2 * reg * W1, dh.sum(axis=0)
        return loss, grads
"""

# assignment 2: layers, reg in the constructor, the half
TWO_LAYER_A2 = """
class TwoLayerNet(object):
    def __init__(self, input_dim=3*32*32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {"W1": weight_scale * np.random.randn(input_dim, hidden_dim), "b1": np.zeros(hidden_dim),
                       "W2": weight_scale * np.random.randn(hidden_dim, num_classes), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None):
        p = self.params
        a, c1 = layers.affine_forward(X, p["W1"], p["b1"])
        h, c2 = layers.relu_forward(a)
        scores, c3 = layers.affine_forward(h, p["W2"], p["b2"])
        if y is None:
            return scores
        loss, d = layers.softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2))
        dh, dW2, db2 = layers.affine_backward(d, c3)
        _, dW1, db1 = layers.affine_backward(layers.relu_backward(dh, c2), c1)
        return loss, {"W1": dW1 + self.reg * p["W1"], "b1": db1, "W2": dW2 + self.reg * p["W2"], "b2": db2}
"""

LISTS = """
import numpy as np

class Network(object):
    def __init__(self, sizes):
        self.weights = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.random.randn(1, b) for b in sizes[1:]]

    def forward(self, x):
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            x = np.maximum(x.reshape(len(x), -1) @ w + b, 0)
        return x.reshape(len(x), -1) @ self.weights[-1] + self.biases[-1]

    def backward(self, x, y):
        a = [x.reshape(len(x), -1)]
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            a.append(np.maximum(a[-1] @ w + b, 0))
        z = a[-1] @ self.weights[-1] + self.biases[-1]
        z = z - z.max(axis=1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        d = np.exp(logp)
        d[np.arange(len(x)), y] -= 1
        d /= len(x)
        dws, dbs = [], []
        for i in reversed(range(len(self.weights))):
            dws.insert(0, a[i].T @ d)
            dbs.insert(0, d.sum(axis=0, keepdims=True))
            d = d @ self.weights[i].T * (a[i] > 0)
        return -logp[np.arange(len(x)), y].mean(), dws, dbs
"""


def flat(folder: Path, net: str, layers: str = LAYERS) -> Path:
    """One file with everything."""
    path = folder / "mine.py"
    path.write_text(layers + net)
    return path


def package(folder: Path, nets: dict[str, str], layers: str = LAYERS) -> Path:
    """``cs231n/`` with layers.py, layer_utils.py and classifiers/, as the course hands it out."""
    root = folder / "cs231n"
    (root / "classifiers").mkdir(parents=True)
    files = {"__init__.py": "", "classifiers/__init__.py": "", "layers.py": layers, "layer_utils.py": BLOCKS}
    for place, source in {**files, **{f"classifiers/{name}": source for name, source in nets.items()}}.items():
        (root / place).write_text(source)
    return root


STAR = "from cs231n.layers import *\nfrom cs231n.layer_utils import *\nimport numpy as np\n"
QUALIFIED = "import numpy as np\nfrom cs231n import layers\n"
RELATIVE = "import numpy as np\nfrom ..layers import *\nfrom ..layer_utils import *\n"
