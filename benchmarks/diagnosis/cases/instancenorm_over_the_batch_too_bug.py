import numpy as np


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    ax = (0, 2, 3)  # WRONG; right: ax = (2, 3)
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    mu = np.mean(x, axis=ax, keepdims=True)
    sd = np.sqrt(np.var(x, axis=ax, keepdims=True) + eps)
    h = (x - mu) / sd
    return g * h + b, (h, sd, g, gamma.shape, ax)


def instancenorm_backward(dout, cache):
    h, sd, g, shape, ax = cache
    d = dout * g
    dx = (d - d.mean(axis=ax, keepdims=True) - h * (d * h).mean(axis=ax, keepdims=True)) / sd
    return dx, (dout * h).sum(axis=(0, 2, 3)).reshape(shape), dout.sum(axis=(0, 2, 3)).reshape(shape)
