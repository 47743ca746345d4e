"""The canonical layers by einsum, projections and library reductions; backward passes recompute what they need."""

import numpy as np


def affine_forward(x, w, b):
    """The bias as one more weight whose feature is always 1."""
    extended = np.concatenate([x.reshape(x.shape[0], -1), np.ones((x.shape[0], 1), dtype=x.dtype)], axis=1)
    out = np.einsum("nd,dm->nm", extended, np.vstack([w, b]))
    return out, (x.shape, extended, w)


def affine_backward(dout, cache):
    """The last row of the extended weight gradient is the bias's."""
    shape, extended, w = cache
    dweights = np.einsum("nd,nm->dm", extended, dout)
    return np.einsum("nm,dm->nd", dout, w).reshape(shape), dweights[:-1], dweights[-1]


def relu_forward(x):
    """Clipped from below."""
    return x.clip(min=0), x


def relu_backward(dout, cache):
    """Copied where the input was positive."""
    dx = np.zeros_like(dout)
    np.copyto(dx, dout, where=cache > 0)
    return dx


def leaky_relu_forward(x, negative_slope=0.01):
    """Each element times its slope; the slopes are the cache."""
    slopes = np.full(x.shape, negative_slope, dtype=x.dtype)
    slopes[x > 0] = 1
    return slopes * x, slopes


def leaky_relu_backward(dout, cache):
    """The same slopes."""
    return cache * dout


def sigmoid_forward(x):
    """By the hyperbolic tangent of the half."""
    return 0.5 * np.tanh(0.5 * x) + 0.5, x


def sigmoid_backward(dout, cache):
    """The slope from its logarithm, which never overflows."""
    return dout * np.exp(-np.logaddexp(0, cache) - np.logaddexp(0, -cache))


def tanh_forward(x):
    """By the library."""
    return np.tanh(x), x


def tanh_backward(dout, cache):
    """(1 - t)(1 + t), t recomputed."""
    t = np.tanh(cache)
    return np.einsum("...,...,...->...", 1 - t, 1 + t, dout)


def standardize(columns, eps):
    """Every column with its own mean and standard deviation; returned with both."""
    mean = np.mean(columns, axis=0)
    deviation = np.sqrt(np.var(columns, axis=0) + eps)
    return (columns - mean) / deviation, mean, deviation


def project(g, x_hat, deviation):
    """Take the mean out of g first, then its part along x_hat, and divide by the deviation."""
    centred = g - np.mean(g, axis=0)
    along = np.einsum("nd,nd->d", centred, x_hat) / x_hat.shape[0]
    return (centred - along * x_hat) / deviation


def batchnorm_forward(x, gamma, beta, bn_param):
    """Keeps the raw input; the standardised one is recomputed on the way back."""
    eps = bn_param.get("eps", 1e-5)
    if bn_param["mode"] == "test":
        mean = bn_param.get("running_mean", np.zeros_like(beta))
        scale = gamma / np.sqrt(bn_param.get("running_var", np.zeros_like(beta)) + eps)
        return (x - mean) * scale + beta, (x, gamma, eps, (mean, scale))
    if bn_param["mode"] != "train":
        raise ValueError(f"batchnorm_forward: unknown mode {bn_param['mode']!r}")
    x_hat, mean, _ = standardize(x, eps)
    share = 1 - bn_param.get("momentum", 0.9)
    for name, statistic in (("running_mean", mean), ("running_var", np.var(x, axis=0))):
        old = bn_param.get(name, np.zeros_like(statistic))
        bn_param[name] = old + share * (statistic - old)
    return np.einsum("nd,d->nd", x_hat, gamma) + beta, (x, gamma, eps, None)


def batchnorm_backward(dout, cache):
    """A projection of the upstream gradient, column by column."""
    x, gamma, eps, constants = cache
    dbeta = np.einsum("nd->d", dout)
    if constants is not None:
        mean, scale = constants
        dgamma = np.einsum("nd,nd->d", dout, x - mean) * (scale / gamma)
        return scale * dout, dgamma, dbeta
    x_hat, _, deviation = standardize(x, eps)
    return project(dout, x_hat, deviation) * gamma, np.einsum("nd,nd->d", dout, x_hat), dbeta


def batchnorm_backward_alt(dout, cache):
    """N dout less what all samples say together, through the matrix of products x_hat_i x_hat_j + 1."""
    x, gamma, eps, _ = cache
    x_hat, _, deviation = standardize(x, eps)
    coupling = np.einsum("id,jd->ijd", x_hat, x_hat) + 1
    dx = (dout - np.einsum("ijd,jd->id", coupling, dout) / x.shape[0]) * (gamma / deviation)
    return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


def layernorm_forward(x, gamma, beta, ln_param):
    """The rows as the columns, however many axes they lie along."""
    eps = ln_param.get("eps", 1e-5)
    rows = x.reshape(-1, len(gamma))
    x_hat, _, _ = standardize(rows.T, eps)
    return (np.einsum("dn,d->nd", x_hat, gamma) + beta).reshape(x.shape), (rows, gamma, eps)


def layernorm_backward(dout, cache):
    """The same projection on the transposed arrays."""
    rows, gamma, eps = cache
    x_hat, _, deviation = standardize(rows.T, eps)
    drows = dout.reshape(rows.shape)
    dx = project(np.einsum("nd,d->dn", drows, gamma), x_hat, deviation)
    return dx.T.reshape(dout.shape), np.einsum("nd,dn->d", drows, x_hat), np.einsum("nd->d", drows)


def dropout_forward(x, dropout_param):
    """A binomial draw times the gain; the scaled mask is the cache."""
    keep = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return +x, np.ones_like(x)
    if dropout_param["mode"] != "train":
        raise ValueError(f"dropout_forward: unknown mode {dropout_param['mode']!r}")
    source = np.random.RandomState(dropout_param.get("seed"))
    scaled = (source.binomial(1, keep, size=x.shape) / keep).astype(x.dtype)
    return x * scaled, scaled


def dropout_backward(dout, cache):
    """The same scaled mask."""
    return dout * cache


def log_softmax(scores):
    """Scores less the log of their summed exponentials, the latter by pairwise logaddexp."""
    return scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)


def one_hot(y, like):
    """Labels as rows of the identity."""
    return np.eye(like.shape[1], dtype=like.dtype)[y]


def softmax_loss(x, y):
    """The inner product of labels and log-probabilities."""
    logs, labels = log_softmax(x), one_hot(y, x)
    loss = -np.einsum("nc,nc->", labels, logs) / x.shape[0]
    return loss, (np.exp(logs) - labels) / x.shape[0]


def softmax_cross_entropy(logits, y):
    """As softmax_loss, with the probabilities."""
    logs = log_softmax(logits)
    return np.exp(logs), -np.einsum("nc,nc->", one_hot(y, logits), logs) / logits.shape[0]


def softmax_cross_entropy_backward(a, y):
    """Probabilities less labels."""
    return a - one_hot(y, a)


def svm_loss(x, y):
    """The gradient is a contraction of the violations with the differences of one-hot rows."""
    labels = one_hot(y, x)
    margins = x + (1 - labels) - np.einsum("nc,nc->n", x, labels)[:, np.newaxis]
    violations = ((margins > 0) & (labels == 0)).astype(x.dtype)
    loss = np.einsum("nc,nc->", violations, margins) / x.shape[0]
    dx = violations - np.einsum("nc,nk->nk", violations, labels)
    return loss, dx / x.shape[0]


def affine_relu_forward(x, w, b):
    """Fused; the output itself tells where the gate was open."""
    hidden, cache = affine_forward(x, w, b)
    hidden = hidden.clip(min=0)
    return hidden, (cache, hidden > 0)


def affine_relu_backward(dout, cache):
    """The open part of dout through the affine map."""
    affine_cache, is_open = cache
    return affine_backward(dout * is_open, affine_cache)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Affine, batch normalization, clipped."""
    hidden, affine_cache = affine_forward(x, w, b)
    normal, norm_cache = batchnorm_forward(hidden, gamma, beta, bn_param)
    return normal.clip(min=0), (affine_cache, norm_cache, normal > 0)


def affine_bn_relu_backward(dout, cache):
    """The open part of dout, projected, through the affine map."""
    affine_cache, norm_cache, is_open = cache
    dhidden, *scale_and_shift = batchnorm_backward(dout * is_open, norm_cache)
    return (*affine_backward(dhidden, affine_cache), *scale_and_shift)


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Affine, layer normalization, clipped."""
    hidden, affine_cache = affine_forward(x, w, b)
    normal, norm_cache = layernorm_forward(hidden, gamma, beta, ln_param)
    return normal.clip(min=0), (affine_cache, norm_cache, normal > 0)


def affine_ln_relu_backward(dout, cache):
    """The open part of dout, projected, through the affine map."""
    affine_cache, norm_cache, is_open = cache
    dhidden, *scale_and_shift = layernorm_backward(dout * is_open, norm_cache)
    return (*affine_backward(dhidden, affine_cache), *scale_and_shift)


def sgd(w, dw, config=None):
    """Gradient descent."""
    config = dict(config or {})
    return np.subtract(w, np.multiply(config.get("learning_rate", 1e-2), dw)), config


def _velocity(w, dw, config):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w), **(config or {})}
    buffer = config["momentum"] * (-config["velocity"] / config["learning_rate"]) + dw
    return {**config, "velocity": -config["learning_rate"] * buffer}, buffer


def sgd_momentum(w, dw, config=None):
    """By torch's buffer, the gradients' decaying sum."""
    config, buffer = _velocity(w, dw, config)
    return w - config["learning_rate"] * buffer, config


def nesterov(w, dw, config=None):
    """By torch's buffer."""
    config, buffer = _velocity(w, dw, config)
    return w - config["learning_rate"] * (dw + config["momentum"] * buffer), config


def rmsprop(w, dw, config=None):
    """The running square as an interpolation."""
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8, "cache": np.zeros_like(w), **(config or {})}
    square = np.square(dw)
    config["cache"] = config["cache"] + (1 - config["decay_rate"]) * (square - config["cache"])
    return w - config["learning_rate"] * (dw / (config["cache"] ** 0.5 + config["epsilon"])), config


def adam(w, dw, config=None):
    """The moments as interpolations."""
    state = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0, **(config or {})}
    state["t"] += 1
    for name, beta, value in (("m", state["beta1"], dw), ("v", state["beta2"], np.square(dw))):
        old = state.get(name, np.zeros_like(w))
        state[name] = old + (1 - beta) * (value - old)
    first = state["m"] / (1 - state["beta1"] ** state["t"])
    second = np.sqrt(state["v"] / (1 - state["beta2"] ** state["t"]))
    return w - state["learning_rate"] * np.divide(first, second + state["epsilon"]), state
