import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True, ddof=1)
    rstd = 1 / np.sqrt(var + eps)
    z = (x - mean) * rstd
    return z * gamma + beta, (z, rstd, gamma)


def layernorm_backward(dout, cache):
    z, rstd, gamma = cache
    D = z.shape[-1]
    dz = dout * gamma
    dx = rstd * (dz - dz.mean(-1, keepdims=True) - z * (dz * z).sum(-1, keepdims=True) / (D - 1))
    return dx, (dout * z).reshape(-1, D).sum(0), dout.reshape(-1, D).sum(0)
