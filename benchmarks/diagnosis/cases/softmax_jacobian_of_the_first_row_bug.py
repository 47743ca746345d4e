import numpy as np


def softmax_forward(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    s = e / np.sum(e, axis=-1, keepdims=True)
    return s, s


def softmax_backward(dout, cache):
    C = cache.shape[-1]
    probs, ups = cache.reshape(-1, C), dout.reshape(-1, C)
    dx = np.empty_like(ups)
    for i in range(len(probs)):
        p = probs[0]  # WRONG; right: p = probs[i]
        jac = np.diag(p) - np.outer(p, p)
        dx[i] = jac.dot(ups[i])
    return dx.reshape(dout.shape)
