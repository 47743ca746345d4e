import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    big = np.zeros((N, C, H + 2 * p, W + 2 * p), x.dtype)
    big[:, :, p:p + H, p:p + W] = x
    oh, ow = (H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1
    out = np.empty((N, F, oh, ow), x.dtype)
    for r in range(oh):
        for c in range(ow):
            piece = big[:, :, r * s:r * s + kh, c * s:c * s + kw].reshape(N, -1)
            out[:, :, r, c] = piece @ w.reshape(F, -1).T + b
    return out, (x.shape, big, w, conv_param)


def conv_backward_naive(dout, cache):
    shape, big, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = shape
    F, _, kh, kw = w.shape
    dbig, dw = np.zeros_like(big), np.zeros_like(w)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            d = dout[:, :, r, c]
            piece = big[:, :, r * s:r * s + kh, c * s:c * s + kw].reshape(N, -1)
            dw += (d.T @ piece).reshape(w.shape)
            dbig[:, :, r * s:r * s + kh, c * s:c * s + kw] += (d @ w.reshape(F, -1)).reshape(N, C, kh, kw)
    db = dout.sum(axis=(0, 2, 3))
    dx = dbig[:, :, 2 * p:2 * p + H, 2 * p:2 * p + W]
    return dx, dw, db
