import numpy as np


def conv1d_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, T = x.shape
    F, _, K = w.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad)), mode="constant")
    out_len = (T + 2 * pad - K) // stride + 1
    out = np.zeros((N, F, out_len), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for t in range(out_len):
                out[n, f, t] = np.sum(x_pad[n, :, t * stride:t * stride + K] * w[f]) + b[f]
    return out, (x, w, b, conv_param, x_pad)


def conv1d_backward(dout, cache):
    x, w, b, conv_param, x_pad = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, F, out_len = dout.shape
    K, T = w.shape[2], x.shape[2]
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = dout.sum(axis=(0, 2))
    for n in range(N):
        for f in range(F):
            for t in range(out_len):
                window = slice(t * stride, t * stride + K)
                dw[f] += dout[n, f, t] * x_pad[n, :, window]
                dx_pad[n, :, window] += dout[n, f, t] * w[f]
    dx = dx_pad[:, :, pad:-pad]  # WRONG; right: dx = dx_pad[:, :, pad:pad + T]
    return dx, dw, db
