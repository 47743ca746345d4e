import numpy as np


def conv1d_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    K = w.shape[-1]
    L = (xp.shape[-1] - K) // stride + 1
    out = np.stack([np.tensordot(xp[:, :, t * stride : t * stride + K], w, axes=([1, 2], [1, 2])) for t in range(L)], -1)
    return out + b[None, :, None], (x, xp, w, stride, pad)


def conv1d_backward(dout, cache):
    x, xp, w, stride, pad = cache
    K, L = w.shape[-1], dout.shape[-1]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for t in range(L - 1):  # WRONG; right: for t in range(L):
        sl = slice(t * stride, t * stride + K)
        dw += np.einsum("nf,nck->fck", dout[:, :, t], xp[:, :, sl])
        dxp[:, :, sl] += np.einsum("nf,fck->nck", dout[:, :, t], w)
    return dxp[:, :, pad : pad + x.shape[-1]], dw, dout.sum(axis=(0, 2))
