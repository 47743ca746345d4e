import numpy as np


def huber_loss(x, y, delta=1.0):
    r = x - y
    small = r <= delta  # WRONG; right: small = np.abs(r) <= delta
    quad = 0.5 * r * r
    lin = delta * (np.abs(r) - 0.5 * delta)
    terms = small * quad + (1 - small) * lin
    grad = small * r + (1 - small) * delta * np.sign(r)
    return terms.sum() / r.size, (grad / r.size).astype(x.dtype)
