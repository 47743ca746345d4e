import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    xc = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((xc * xc).mean(axis=-1, keepdims=True) + ln_param.get("eps", 1e-5))
    return gamma * (xc / std) + beta, (xc, std, gamma)


def layernorm_backward(dout, cache):
    xc, std, gamma = cache
    lead = tuple(range(dout.ndim - 1))
    xn = xc / std
    dgamma = (dout * xc).sum(axis=lead)  # WRONG; right: dgamma = (dout * xn).sum(axis=lead)
    g = dout * gamma
    proj = xn * (g * xn).mean(axis=-1, keepdims=True)
    dx = (g - proj) / std  # WRONG; right: dx = (g - g.mean(axis=-1, keepdims=True) - proj) / std
    return dx, dgamma, dout.sum(axis=lead)
