import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean(axis=1)[:, None]
    sd = np.sqrt(x.var(axis=1)[:, None] + eps)
    z = (x - mu) / sd
    out = z * gamma + beta
    return out, (z, sd, gamma)


def layernorm_backward(dout, cache):
    z, sd, gamma = cache
    D = dout.shape[1]
    dgamma = np.einsum("nd,nd->d", dout, z)
    dbeta = np.einsum("nd->d", dout)
    g = dout * gamma
    first = g.sum(axis=1)[:, None]
    second = (g * z).sum(axis=1)[:, None]
    dx = (D * g - first - z * second) / (D * sd)
    return dx, dgamma, dbeta
