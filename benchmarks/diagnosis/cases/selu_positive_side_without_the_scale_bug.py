import numpy as np

ALPHA = 1.6732632423543772
LAMBDA = 1.0507009873554805


def selu_forward(x):
    pos = x  # WRONG; right: pos = LAMBDA * x
    neg = LAMBDA * ALPHA * (np.exp(np.minimum(x, 0)) - 1)
    return np.where(x > 0, pos, neg), x


def selu_backward(dout, cache):
    x = cache
    return dout * np.where(x > 0, LAMBDA, LAMBDA * ALPHA * np.exp(np.minimum(x, 0)))
