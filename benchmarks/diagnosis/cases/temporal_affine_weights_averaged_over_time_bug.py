import numpy as np


def temporal_affine_forward(x, w, b):
    return np.einsum("ntd,dm->ntm", x, w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    per_step = [x[:, t].T @ dout[:, t] for t in range(x.shape[1])]
    dw = sum(per_step) / len(per_step)  # WRONG; right: dw = sum(per_step)
    return dout @ w.T, dw, dout.sum(axis=1).sum(axis=0)
