import numpy as np


def affine_forward(x, w, b):
    """out = x w + b, every sample flattened first. Returns (out, cache)."""
    out = x.reshape(x.shape[0], -1).dot(w) + b
    return out, (x, w)


def affine_backward(dout, cache):
    """Returns (dx, dw, db)."""
    x, w = cache
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout.sum(axis=0)
    dx = dout.dot(w.T).reshape(x.shape)
    return dx, dw, db


def relu_forward(x):
    """max(0, x). The cache is x."""
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    """The gradient passes where x was positive."""
    return np.where(cache > 0, dout, 0)


def batchnorm_forward(x, gamma, beta, bn_param):
    """
    Batch normalization of x (N, D).

    bn_param: mode ('train' or 'test'), eps, momentum, and the running_mean and
    running_var (D,), which training updates:
        running = momentum * running + (1 - momentum) * sample
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.setdefault("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.setdefault("running_var", np.zeros(D, dtype=x.dtype))

    if mode == "train":
        sample_mean = np.mean(x, axis=0)
        sample_var = np.var(x, axis=0)
        std = np.sqrt(sample_var + eps)
        xhat = (x - sample_mean) / std
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * sample_mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * sample_var
        cache = (xhat, gamma, std)
    elif mode == "test":
        xhat = (x - running_mean) / np.sqrt(running_var + eps)
        cache = None
    else:
        raise ValueError("mode has to be train or test, got %r" % (mode,))
    return gamma * xhat + beta, cache


def batchnorm_backward(dout, cache):
    """Back through the graph: xhat = xc / std, std = sqrt(mean(xc^2) + eps), xc = x - mean(x)."""
    xhat, gamma, std = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)

    dxhat = dout * gamma
    dstd = -np.sum(dxhat * xhat, axis=0) / std
    dxc = dxhat / std + dstd * xhat / N
    dx = dxc - dxc.mean(axis=0)
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The same, simplified on paper."""
    xhat, gamma, std = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    N = len(dout)
    dx = (dout - dbeta / N - xhat * dgamma / N) * (gamma / std)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """As batch normalization, but of each sample over its features; there is no test mode."""
    eps = ln_param.get("eps", 1e-5)
    xc = x - x.mean(axis=1, keepdims=True)
    std = np.sqrt(np.mean(xc * xc, axis=1, keepdims=True) + eps)
    xhat = xc / std
    return gamma * xhat + beta, (xhat, gamma, std)


def layernorm_backward(dout, cache):
    """Returns (dx, dgamma, dbeta)."""
    xhat, gamma, std = cache
    dxhat = dout * gamma
    projected = np.mean(dxhat * xhat, axis=1, keepdims=True)
    dx = (dxhat - dxhat.mean(axis=1, keepdims=True) - xhat * projected) / std
    return dx, np.sum(dout * xhat, axis=0), np.sum(dout, axis=0)


def dropout_forward(x, dropout_param):
    """
    Dropout with a mask of 0 and 1. p is the probability to KEEP a unit.

    Training only masks, so at test time everything is multiplied by p, which
    is what a unit gives on average in training.
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    rng = np.random.default_rng(dropout_param.get("seed"))

    mask = None
    if mode == "train":
        mask = rng.random(x.shape) < p
        out = x * mask
    else:
        out = x * p
    return out, (dropout_param, mask)


def dropout_backward(dout, cache):
    """Only what was kept has a gradient."""
    dropout_param, mask = cache
    if dropout_param["mode"] == "train":
        return dout * mask
    return dout * dropout_param["p"]


def softmax_loss(x, y):
    """Cross entropy of the softmax of the scores x (N, C), and its gradient."""
    N = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    log_probs = shifted - log_sum
    loss = -log_probs[np.arange(N), y].mean()
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    return loss, dx / N
