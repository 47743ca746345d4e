import numpy as np


def conv1d_forward(x, w, b, conv_param):
    st, pd = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (pd, pd)))
    K = w.shape[2]
    steps = (xp.shape[2] - K) // st + 1
    out = np.stack([np.einsum("nck,fck->nf", xp[:, :, t * st : t * st + K], w) for t in range(steps)], axis=2)
    return out + b[None, :, None], (xp, w, st, pd)


def conv1d_backward(dout, cache):
    xp, w, st, pd = cache
    K = w.shape[2]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for t in range(dout.shape[2]):
        a = t * st
        dw += np.einsum("nf,nck->fck", dout[:, :, t], xp[:, :, a : a + K])
        dxp[:, :, a : a + K] += np.einsum("nf,fck->nck", dout[:, :, t], w)
    return dxp[:, :, pd : xp.shape[2] - pd], dw, dout.sum(axis=(0, 2))
