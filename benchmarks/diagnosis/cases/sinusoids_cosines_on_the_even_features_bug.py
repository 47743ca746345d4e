import numpy as np


def positional_encoding_forward(x):
    T, D = x.shape[1:]
    table = np.zeros((T, D))
    t = np.arange(T).reshape(-1, 1)
    rate = np.exp(-np.log(10000.0) * np.arange(0, D, 2) / D)
    table[:, 0::2] = np.cos(t * rate)  # WRONG; right: table[:, 0::2] = np.sin(t * rate)
    table[:, 1::2] = np.sin(t * rate)  # WRONG; right: table[:, 1::2] = np.cos(t * rate)
    return (x + table).astype(x.dtype), None


def positional_encoding_backward(dout, cache):
    return np.array(dout)
