import numpy as np


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param['stride'], conv_param['pad']
    N, C, T = x.shape
    F, _, K = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p)))
    L = 1 + (T + 2 * p - K) // s
    out = np.zeros((N, F, L), dtype=x.dtype)
    wf = w[:, :, ::-1]
    for t in range(L):
        out[:, :, t] = np.tensordot(xp[:, :, t * s:t * s + K], wf, axes=([1, 2], [1, 2])) + b
    return out, (x, w, b, conv_param)


def conv1d_backward(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param['stride'], conv_param['pad']
    N, C, T = x.shape
    F, _, K = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    wf = w[:, :, ::-1]
    for t in range(dout.shape[2]):
        dw += np.einsum('nf,nck->fck', dout[:, :, t], xp[:, :, t * s:t * s + K])
        dxp[:, :, t * s:t * s + K] += np.einsum('nf,fck->nck', dout[:, :, t], wf)
    return dxp[:, :, p:p + T], dw[:, :, ::-1].copy(), dout.sum(axis=(0, 2))
