import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def sigmoid_prime(z):
    s = sigmoid(z)
    return s * (1 - s)


def sigmoid_forward(x):
    a = sigmoid(x)
    cache = a  # WRONG; right: cache = x
    return a, cache


def sigmoid_backward(dout, cache):
    return dout * sigmoid_prime(cache)
