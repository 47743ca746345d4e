import numpy as np

AX = (2, 3)


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    mean = x.mean(axis=AX, keepdims=True)
    inv = 1 / np.sqrt(x.var(axis=AX, keepdims=True) + eps)
    xh = (x - mean) * inv
    shape = (1, x.shape[1], 1, 1)
    return xh * gamma.reshape(shape) + beta.reshape(shape), (xh, inv, gamma)


def instancenorm_backward(dout, cache):
    xh, inv, gamma = cache
    dgamma = np.einsum("nchw,nchw->c", dout, xh)
    dbeta = np.einsum("nchw->c", dout)
    g = dout * gamma.reshape(1, -1, 1, 1)
    dx = inv * (g - g.mean(axis=AX, keepdims=True) - xh * (g * xh).mean(axis=AX, keepdims=True))
    return dx, dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)
