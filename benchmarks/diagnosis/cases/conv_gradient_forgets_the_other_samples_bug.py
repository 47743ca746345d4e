import numpy as np


def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    big = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    oh = (big.shape[2] - w.shape[2]) // s + 1
    ow = (big.shape[3] - w.shape[3]) // s + 1
    out = np.zeros((x.shape[0], w.shape[0], oh, ow), x.dtype)
    for n in range(x.shape[0]):
        for i in range(oh):
            for j in range(ow):
                win = big[n, :, i * s : i * s + w.shape[2], j * s : j * s + w.shape[3]]
                out[n, :, i, j] = np.tensordot(w, win, axes=3) + b
    return out, (x.shape, big, w, s, p)


def conv_backward_fast(dout, cache):
    shape, big, w, s, p = cache
    dbig, dw = np.zeros_like(big), np.zeros_like(w)
    for n in range(shape[0]):
        part = np.zeros_like(w)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                a, c = i * s, j * s
                part += dout[n, :, i, j][:, None, None, None] * big[n, :, a : a + w.shape[2], c : c + w.shape[3]]
                dbig[n, :, a : a + w.shape[2], c : c + w.shape[3]] += np.tensordot(dout[n, :, i, j], w, axes=1)
        dw = part  # WRONG; right: dw = dw + part
    return dbig[:, :, p : p + shape[2], p : p + shape[3]], dw, np.einsum("nfij->f", dout)
