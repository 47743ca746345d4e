import numpy as np


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True, ddof=1)  # WRONG; right: var = x.var(axis=(2, 3), keepdims=True)
    inv = 1.0 / np.sqrt(var + eps)
    xn = (x - mean) * inv
    return gamma.reshape(1, -1, 1, 1) * xn + beta.reshape(1, -1, 1, 1), (xn, inv, gamma)


def instancenorm_backward(dout, cache):
    xn, inv, gamma = cache
    dgamma = (dout * xn).sum(axis=(0, 2, 3))
    dbeta = dout.sum(axis=(0, 2, 3))
    dxn = dout * gamma.reshape(1, -1, 1, 1)
    m1 = dxn.mean(axis=(2, 3), keepdims=True)
    m2 = (dxn * xn).mean(axis=(2, 3), keepdims=True)
    return (dxn - m1 - xn * m2) * inv, dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)
