import numpy as np

K = np.sqrt(2 / np.pi)


def gelu_forward(x):
    return 0.5 * x * (1 + np.tanh(K * (x + 0.044715 * x**2))), x


def gelu_backward(dout, cache):
    x = cache
    u = K * (x + 0.044715 * x**2)
    du = K * (1 + 2 * 0.044715 * x)
    th = np.tanh(u)
    return dout * (0.5 * (1 + th) + 0.5 * x * (1 - th * th) * du)
