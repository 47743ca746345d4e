import numpy as np


def scatter(x, w, stride):
    N, C, H, W = x.shape
    _, F, K, L = w.shape
    big = np.zeros((N, F, (H - 1) * stride + K, (W - 1) * stride + L), x.dtype)
    for i in range(H):
        for j in range(W):
            big[:, :, i * stride:i * stride + K, j * stride:j * stride + L] += np.einsum("nc,cfkl->nfkl", x[:, :, i, j], w)
    return big


def conv_transpose_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    out = scatter(x, w, stride)
    pass  # WRONG; right: out = out[:, :, pad:out.shape[2] - pad, pad:out.shape[3] - pad]
    return out + b[None, :, None, None], (x, w, conv_param)


def conv_transpose_backward(dout, cache):
    x, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    K, L = w.shape[2:]
    full = ((x.shape[2] - 1) * s + K, (x.shape[3] - 1) * s + L)
    p = p if dout.shape[2] + 2 * p == full[0] else 0
    d = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            g = d[:, :, i * s:i * s + K, j * s:j * s + L]
            dx[:, :, i, j] = np.einsum("nfkl,cfkl->nc", g, w)
            dw += np.einsum("nc,nfkl->cfkl", x[:, :, i, j], g)
    return dx, dw, dout.sum(axis=(0, 2, 3))
