import numpy as np


def huber_loss(x, y, delta=1.0):
    total, dx = 0.0, np.zeros_like(x)
    flat, tgt, out = x.ravel(), y.ravel(), dx.ravel()
    for i in range(flat.size):
        e = flat[i] - tgt[i]
        if abs(e) <= delta:
            total += e**2 / 2
            out[i] = e / flat.size
        else:
            total += delta * abs(e) - delta / 2  # WRONG; right: total += delta * abs(e) - delta**2 / 2
            out[i] = delta * np.sign(e) / flat.size
    return total / flat.size, out.reshape(x.shape)
