import numpy as np

from ..layers import *


class FullyConnectedNet(object):
    """
    {affine - [batch/layer norm] - relu - [dropout]} x (L - 1) - affine - softmax

    dropout is the probability to keep a unit, 1 means no dropout at all;
    normalization is None, "batchnorm" or "layernorm".
    """

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout=1, normalization=None, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32, seed=None):
        self.normalization = normalization
        self.use_dropout = dropout != 1
        self.reg = reg
        self.num_layers = 1 + len(hidden_dims)
        self.dtype = dtype
        self.params = {}

        rng = np.random.default_rng(seed)
        dims = [input_dim] + list(hidden_dims) + [num_classes]
        for l in range(1, self.num_layers + 1):
            self.params["W%d" % l] = weight_scale * rng.standard_normal((dims[l - 1], dims[l]))
            self.params["b%d" % l] = np.zeros(dims[l])
            if normalization is not None and l < self.num_layers:
                self.params["gamma%d" % l] = np.ones(dims[l])
                self.params["beta%d" % l] = np.zeros(dims[l])
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

        self.dropout_param = {"mode": "train", "p": dropout}
        if seed is not None:
            self.dropout_param["seed"] = seed
        # every layer has running statistics of its own
        self.bn_params = [{"mode": "train"} for _ in hidden_dims]

    def loss(self, X, y=None):
        """Scores in test mode if y is None, else the loss and a dictionary of gradients."""
        mode = "test" if y is None else "train"
        self.dropout_param["mode"] = mode
        for bn_param in self.bn_params:
            bn_param["mode"] = mode

        caches = []
        h = X.astype(self.dtype)
        for l in range(1, self.num_layers):
            cache = {}
            h, cache["affine"] = affine_forward(h, self.params["W%d" % l], self.params["b%d" % l])
            if self.normalization == "batchnorm":
                h, cache["norm"] = batchnorm_forward(h, self.params["gamma%d" % l], self.params["beta%d" % l],
                                                     self.bn_params[l - 1])
            elif self.normalization == "layernorm":
                h, cache["norm"] = layernorm_forward(h, self.params["gamma%d" % l], self.params["beta%d" % l], {})
            h, cache["relu"] = relu_forward(h)
            if self.use_dropout:
                h, cache["dropout"] = dropout_forward(h, self.dropout_param)
            caches.append(cache)
        L = self.num_layers
        scores, last_cache = affine_forward(h, self.params["W%d" % L], self.params["b%d" % L])
        if y is None:
            return scores

        grads = {}
        loss, dscores = softmax_loss(scores, y)
        dh, grads["W%d" % L], grads["b%d" % L] = affine_backward(dscores, last_cache)
        for l in range(L - 1, 0, -1):
            cache = caches[l - 1]
            if self.use_dropout:
                dh = dropout_backward(dh, cache["dropout"])
            dh = relu_backward(dh, cache["relu"])
            if self.normalization == "batchnorm":
                dh, grads["gamma%d" % l], grads["beta%d" % l] = batchnorm_backward_alt(dh, cache["norm"])
            elif self.normalization == "layernorm":
                dh, grads["gamma%d" % l], grads["beta%d" % l] = layernorm_backward(dh, cache["norm"])
            dh, grads["W%d" % l], grads["b%d" % l] = affine_backward(dh, cache["affine"])

        # L2 on the weights only
        for l in range(1, L + 1):
            W = self.params["W%d" % l]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % l] += self.reg * W
        return loss, grads
