import numpy as np


def sigmoid_cross_entropy(z, y):
    n = z.shape[0]
    pos = np.clip(z, 0, None)
    loss = (pos - z * y + np.log(1 + np.exp(-np.abs(z)))).sum() / n
    sig = 0.5 * (1 + np.tanh(z / 2))
    t = 2 * y - 1  # WRONG; right: t = y
    return loss, ((sig - t) / n).astype(z.dtype)
