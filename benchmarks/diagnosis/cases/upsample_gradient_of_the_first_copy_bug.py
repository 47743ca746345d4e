import numpy as np


def upsample_forward(x, scale):
    return np.kron(x, np.ones((1, 1, scale, scale), dtype=x.dtype)), (x.shape, scale)


def upsample_backward(dout, cache):
    (N, C, H, W), k = cache
    return dout[:, :, ::k, ::k]
