import numpy as np


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    z = np.matmul(x, W1) + b1
    r = z * (z > 0)
    y = np.matmul(r, W2) + b2
    return x + y, (x, z, r, W1, W2)


def residual_feed_forward_backward(dout, cache):
    x, z, r, W1, W2 = cache
    lead = list(range(x.ndim - 1))
    dr = np.matmul(dout, W2.T)
    dz = dr * (z > 0)
    dx = np.matmul(dz, W1.T) + dout
    dx += dout  # WRONG; right: pass
    return (dx, np.tensordot(x, dz, (lead, lead)), dz.sum(tuple(lead)), np.tensordot(r, dout, (lead, lead)),
            dout.sum(tuple(lead)))
