"""Batch normalization, inverted dropout and three update rules."""
import numpy as np


def batchnorm_forward(X, gamma, beta, bn_param):
    """Normalize the features of X (N, D) over the batch, in test mode by the running statistics."""
    eps = bn_param.get("eps", 1e-5)
    if bn_param["mode"] == "test":
        X_norm = (X - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps)
        return gamma * X_norm + beta, None
    if bn_param["mode"] != "train":
        raise ValueError("unknown mode " + str(bn_param["mode"]))

    mu = X.mean(axis=0)
    X_mu = X - mu
    var = (X_mu ** 2).mean(axis=0)
    inv_std = 1.0 / np.sqrt(var + eps)
    X_norm = X_mu * inv_std

    momentum = bn_param.get("momentum", 0.9)
    for name, now in (("running_mean", mu), ("running_var", var)):
        before = bn_param.get(name, np.zeros_like(now))
        bn_param[name] = momentum * before + (1 - momentum) * now
    return gamma * X_norm + beta, (X_mu, X_norm, inv_std, gamma)


def batchnorm_backward(dout, cache):
    X_mu, X_norm, inv_std, gamma = cache
    N = dout.shape[0]

    dgamma = (dout * X_norm).sum(axis=0)
    dbeta = dout.sum(axis=0)

    dX_norm = dout * gamma
    dvar = (dX_norm * X_mu).sum(axis=0) * -0.5 * inv_std ** 3
    dX_mu = dX_norm * inv_std + dvar * 2.0 * X_mu / N
    dX = dX_mu - dX_mu.sum(axis=0) / N
    return dX, dgamma, dbeta


def dropout_forward(X, dropout_param):
    """Inverted dropout: p is the probability to DROP a unit, what stays is scaled up, test time does nothing."""
    if dropout_param["mode"] == "test":
        return X, None
    p = dropout_param["p"]
    rng = np.random.RandomState(dropout_param.get("seed"))
    mask = ((rng.rand(*X.shape) >= p) / (1.0 - p)).astype(X.dtype)
    return X * mask, mask


def dropout_backward(dout, cache):
    return dout if cache is None else dout * cache


def sgd_momentum(w, dw, config):
    """The velocity remembers where the last steps went."""
    lr, momentum = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    velocity = momentum * config.get("velocity", np.zeros_like(w)) - lr * dw
    return w + velocity, {**config, "velocity": velocity}


def rmsprop(w, dw, config):
    """The step is divided by the root of a moving average of the squared gradient."""
    lr, decay = config.get("learning_rate", 1e-2), config.get("decay_rate", 0.99)
    cache = decay * config.get("cache", np.zeros_like(w)) + (1 - decay) * dw ** 2
    w = w - lr * dw / (np.sqrt(cache) + config.get("epsilon", 1e-8))
    return w, {**config, "cache": cache}


def adam(w, dw, config):
    """Momentum and RMSProp together; early averages are corrected for having started at 0."""
    lr, eps = config.get("learning_rate", 1e-3), config.get("epsilon", 1e-8)
    beta1, beta2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    t = config.get("t", 0) + 1
    m = beta1 * config.get("m", 0) + (1 - beta1) * dw
    v = beta2 * config.get("v", 0) + (1 - beta2) * dw ** 2
    m_corrected = m / (1 - beta1 ** t)
    v_corrected = v / (1 - beta2 ** t)
    w = w - lr * m_corrected / (np.sqrt(v_corrected) + eps)
    return w, {**config, "m": m, "v": v, "t": t}
