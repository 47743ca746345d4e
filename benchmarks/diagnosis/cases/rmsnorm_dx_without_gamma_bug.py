import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt((x ** 2).mean(-1, keepdims=True) + eps)
    return x / rms * gamma, (x, rms, gamma)


def rmsnorm_backward(dout, cache):
    x, rms, gamma = cache
    D = x.shape[-1]
    dgamma = (dout * x / rms).reshape(-1, D).sum(0)
    dn = dout  # WRONG; right: dn = dout * gamma
    inner = (dn * x).sum(-1, keepdims=True)
    dx = dn / rms - x * inner / (D * rms ** 3)
    return dx, dgamma
