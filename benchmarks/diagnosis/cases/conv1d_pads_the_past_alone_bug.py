import numpy as np


def padded(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (2 * pad, 0)))  # WRONG; right: return np.pad(x, ((0, 0), (0, 0), (pad, pad)))


def conv1d_forward(x, w, b, conv_param):
    s, pad = conv_param["stride"], conv_param["pad"]
    xp = padded(x, pad)
    To = (xp.shape[2] - w.shape[2]) // s + 1
    out = np.zeros((x.shape[0], w.shape[0], To), x.dtype)
    for t in range(To):
        out[:, :, t] = np.tensordot(xp[:, :, t * s:t * s + w.shape[2]], w, axes=([1, 2], [1, 2])) + b
    return out, (x, w, s, pad)


def conv1d_backward(dout, cache):
    x, w, s, pad = cache
    xp = padded(x, pad)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for t in range(dout.shape[2]):
        piece = slice(t * s, t * s + w.shape[2])
        dw += np.einsum("nf,nck->fck", dout[:, :, t], xp[:, :, piece])
        dxp[:, :, piece] += np.einsum("nf,fck->nck", dout[:, :, t], w)
    at = int(np.argmax(padded(np.ones((1, 1, x.shape[2])), pad)))
    return dxp[:, :, at:at + x.shape[2]], dw, dout.sum(axis=(0, 2))
