import numpy as np


def relu_forward(x):
    return np.clip(x, 0, None), x


def relu_backward(dout, cache):
    alive = cache > 0
    return dout * alive
