import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = np.concatenate([x, prev_h], axis=1) @ np.concatenate([Wx, Wh], axis=0) + b
    h = np.maximum(z, 0)  # WRONG; right: h = np.tanh(z)
    return h, (x, prev_h, Wx, Wh, h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, h = cache
    dz = (1 - h * h) * dnext_h
    both = dz @ np.concatenate([Wx, Wh], axis=0).T
    D = x.shape[1]
    return both[:, :D], both[:, D:], x.T @ dz, prev_h.T @ dz, dz.sum(0)
