"""Layers that learn their input's size from the first batch. (--adapter examples/adapters/numpy_ml_layers.py)"""

import numpy as np


class LayerBase:
    def __init__(self):
        self.X = []
        self.n_in = None
        self.trainable = True
        self.parameters = {}
        self.gradients = {}
        self.is_initialized = False

    def backward(self, dLdy):
        dX = []
        for x in self.X:
            dx, *grads = self._bwd(dLdy, x)
            dX.append(dx)
            for name, grad in zip(self.gradients, grads):
                self.gradients[name] += grad
        return dX[0] if len(dX) == 1 else dX


class FullyConnected(LayerBase):
    def __init__(self, n_out):
        super().__init__()
        self.n_out = n_out

    def _init_params(self):
        self.parameters = {"W": np.random.randn(self.n_in, self.n_out), "b": np.zeros((1, self.n_out))}
        self.gradients = {name: np.zeros_like(value) for name, value in self.parameters.items()}
        self.is_initialized = True

    def forward(self, X):
        if not self.is_initialized:
            self.n_in = X.shape[1]
            self._init_params()
        self.X.append(X)
        return X @ self.parameters["W"] + self.parameters["b"]

    def _bwd(self, dLdy, X):
        return dLdy @ self.parameters["W"].T, X.T @ dLdy, dLdy.sum(axis=0, keepdims=True)


class BatchNorm1D(LayerBase):
    def __init__(self, momentum=0.9, epsilon=1e-5):
        super().__init__()
        self.momentum = momentum
        self.epsilon = epsilon

    def _init_params(self):
        self.parameters = {
            "scaler": np.random.rand(self.n_in),
            "intercept": np.zeros(self.n_in),
            "running_mean": np.zeros(self.n_in),
            "running_var": np.ones(self.n_in),
        }
        self.gradients = {name: np.zeros(self.n_in) for name in ("scaler", "intercept")}
        self.is_initialized = True

    def forward(self, X):
        if not self.is_initialized:
            self.n_in = X.shape[1]
            self._init_params()
        P = self.parameters
        mean, var = P["running_mean"], P["running_var"]
        if self.trainable:
            mean, var = X.mean(axis=0), X.var(axis=0)
            P["running_mean"] = self.momentum * P["running_mean"] + (1 - self.momentum) * mean
            P["running_var"] = self.momentum * P["running_var"] + (1 - self.momentum) * var
        self.X.append(X)
        return P["scaler"] * (X - mean) / np.sqrt(var + self.epsilon) + P["intercept"]

    def _bwd(self, dLdy, X):
        std = np.sqrt(X.var(axis=0) + self.epsilon)
        N = (X - X.mean(axis=0)) / std
        dN = dLdy * self.parameters["scaler"]
        dX = (dN - dN.mean(axis=0) - N * (dN * N).mean(axis=0)) / std
        return dX, (dLdy * N).sum(axis=0), dLdy.sum(axis=0)


class LayerNorm1D(LayerBase):
    def __init__(self, epsilon=1e-5):
        super().__init__()
        self.epsilon = epsilon

    def _init_params(self):
        self.parameters = {"scaler": np.random.rand(self.n_in), "intercept": np.zeros(self.n_in)}
        self.gradients = {name: np.zeros(self.n_in) for name in ("scaler", "intercept")}
        self.is_initialized = True

    def _normalized(self, X):
        std = np.sqrt(X.var(axis=1, keepdims=True) + self.epsilon)
        return (X - X.mean(axis=1, keepdims=True)) / std, std

    def forward(self, X):
        if not self.is_initialized:
            self.n_in = X.shape[1]
            self._init_params()
        self.X.append(X)
        return self.parameters["scaler"] * self._normalized(X)[0] + self.parameters["intercept"]

    def _bwd(self, dLdy, X):
        N, std = self._normalized(X)
        dN = dLdy * self.parameters["scaler"]
        mean = dN.mean(axis=1, keepdims=True)
        dX = (dN - mean - N * (dN * N).mean(axis=1, keepdims=True)) / std
        return dX, (dLdy * N).sum(axis=0), dLdy.sum(axis=0)


class ReLU:
    def fn(self, z):
        return np.clip(z, 0, np.inf)

    def grad(self, x):
        return (x > 0).astype(x.dtype)


class Sigmoid:
    def fn(self, z):
        return 0.5 + 0.5 * np.tanh(z / 2)

    def grad(self, x):
        s = self.fn(x)
        return s * (1 - s)


class Tanh:
    def fn(self, z):
        return np.tanh(z)

    def grad(self, x):
        return 1 - np.tanh(x) ** 2
