import numpy as np


def gelu_forward(x):
    u = np.sqrt(2.0 / np.pi) * (x + 0.044715 * np.power(x, 3))
    t = np.tanh(u)
    return 0.5 * x * (1.0 + t), (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    du = np.sqrt(2.0 / np.pi) * (1.0 + 3 * 0.044715 * np.power(x, 2))
    dt = (1.0 - t) ** 2  # WRONG; right: dt = 1.0 - t ** 2
    return dout * (0.5 * (1.0 + t) + 0.5 * x * dt * du)
