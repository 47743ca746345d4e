import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = np.mean(x * x, axis=-1, keepdims=True)
    rms = np.sqrt(ms + x.dtype.type(eps))
    return x / rms * gamma, {"x": x, "rms": rms, "gamma": gamma}


def rmsnorm_backward(dout, cache):
    x, rms, gamma = cache["x"], cache["rms"], cache["gamma"]
    D = x.shape[-1]
    dgamma = np.sum(np.reshape(dout * x / rms, (-1, D)), axis=0)
    direct = dout * gamma / rms
    along = np.sum(dout * x, axis=-1, keepdims=True)  # WRONG; right: along = np.sum(dout * gamma * x, axis=-1, keepdims=True)
    return direct - x * along / (D * rms ** 3), dgamma
