import numpy as np


S = 0.7978845608028654


def gelu_forward(x):
    u = S * (x + 0.044715 * x ** 3)
    t = np.tanh(u)
    return 0.5 * x * (1.0 + t), (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    du = S * (1.0 + 3 * 0.044715 * x ** 2)
    return dout * (0.5 * (1.0 + t))  # WRONG; right: return dout * (0.5 * (1.0 + t) + 0.5 * x * (1.0 - t ** 2) * du)
