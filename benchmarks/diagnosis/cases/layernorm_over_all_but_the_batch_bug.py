import numpy as np


def axes(x):
    return tuple(range(1, x.ndim))  # WRONG; right: return (x.ndim - 1,)


def layernorm_forward(x, gamma, beta, ln_param):
    ax = axes(x)
    centred = x - x.mean(axis=ax, keepdims=True)
    inv = (np.mean(centred * centred, axis=ax, keepdims=True) + ln_param.get("eps", 1e-5)) ** -0.5
    hat = centred * inv
    return gamma * hat + beta, (hat, inv, gamma, ax)


def layernorm_backward(dout, cache):
    hat, inv, gamma, ax = cache
    rows = tuple(range(dout.ndim - 1))
    dgamma, dbeta = np.sum(dout * hat, axis=rows), np.sum(dout, axis=rows)
    dhat = dout * gamma
    dx = inv * (dhat - dhat.mean(axis=ax, keepdims=True) - hat * np.mean(dhat * hat, axis=ax, keepdims=True))
    return dx, dgamma, dbeta
