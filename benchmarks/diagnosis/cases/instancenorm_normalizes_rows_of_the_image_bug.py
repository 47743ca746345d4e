import numpy as np


OVER = 3  # WRONG; right: OVER = (2, 3)


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    mu = x.mean(axis=OVER, keepdims=True)
    var = x.var(axis=OVER, keepdims=True)
    s = np.sqrt(var + eps)
    n = (x - mu) / s
    shape = (1, x.shape[1], 1, 1)
    return n * gamma.reshape(shape) + beta.reshape(shape), (n, s, gamma)


def instancenorm_backward(dout, cache):
    n, s, gamma = cache
    d = dout * gamma.reshape(1, -1, 1, 1)
    dx = (d - d.mean(axis=OVER, keepdims=True) - n * (d * n).mean(axis=OVER, keepdims=True)) / s
    return dx, (dout * n).sum(axis=(0, 2, 3)).reshape(gamma.shape), dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
