import numpy as np


def max_pool_forward_naive(x, pool_param):
    h, w, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - h) // s, 1 + (W - w) // s), x.dtype)
    for r in range(out.shape[2]):
        for c in range(out.shape[3]):
            out[:, :, r, c] = x[:, :, r * s:r * s + h, c * s:c * s + w].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    h, w, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    N, C, oh, ow = dout.shape
    dx = np.zeros_like(x)
    for r in range(oh):
        for c in range(ow):
            part = x[:, :, r * s:r * s + h, c * s:c * s + w].reshape(N, C, h * w)
            best = part.argmax(axis=2)
            hot = (np.arange(h * w) == best[:, :, None]) * dout[:, :, r, c][:, :, None]
            dx[:, :, r * s:r * s + h, c * s:c * s + w] += hot.reshape(N, C, h, w)
    return dx


def avg_pool_forward_naive(x, pool_param):
    h, w, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    N, C, H, W = x.shape
    out = np.zeros((N, C, 1 + (H - h) // s, 1 + (W - w) // s), x.dtype)
    for r in range(out.shape[2]):
        for c in range(out.shape[3]):
            out[:, :, r, c] = x[:, :, r * s:r * s + h, c * s:c * s + w].mean(axis=(2, 3))
    return out, (x.shape, pool_param)


def avg_pool_backward_naive(dout, cache):
    shape, pool_param = cache
    h, w, s = (pool_param[k] for k in ("pool_height", "pool_width", "stride"))
    dx = np.zeros(shape, dout.dtype)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            dx[:, :, r * s:r * s + h, c * s:c * s + w] += dout[:, :, r:r + 1, c:c + 1] / (h * w)
    return dx
