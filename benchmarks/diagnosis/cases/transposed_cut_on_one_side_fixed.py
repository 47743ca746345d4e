import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, K, L = w.shape[1:]
    big = np.zeros((N, F, s * (H - 1) + K, s * (W - 1) + L), dtype=x.dtype)
    for k in range(K):
        for l in range(L):
            part = np.tensordot(x, w[:, :, k, l], axes=(1, 0)).transpose(0, 3, 1, 2)
            big[:, :, k : k + s * (H - 1) + 1 : s, l : l + s * (W - 1) + 1 : s] += part
    h, v = big.shape[2] - 2 * p, big.shape[3] - 2 * p
    out = big[:, :, p : p + h, p : p + v]
    return out + b.reshape(1, -1, 1, 1), (x, w, conv_param)


def conv_transpose_backward(dout, cache):
    x, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    H, W = x.shape[2:]
    d = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for k in range(w.shape[2]):
        for l in range(w.shape[3]):
            g = d[:, :, k : k + s * (H - 1) + 1 : s, l : l + s * (W - 1) + 1 : s]
            dx += np.einsum("nfij,cf->ncij", g, w[:, :, k, l])
            dw[:, :, k, l] = np.einsum("ncij,nfij->cf", x, g)
    return dx, dw, np.sum(dout, (0, 2, 3))
