"""Layers of transformers and of images, element by element."""

import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    """Place by place."""
    out = np.zeros((*x.shape[:-1], W2.shape[1]), x.dtype)
    for place in np.ndindex(x.shape[:-1]):
        inner = [max(sum(x[place] * W1[:, f]) + b1[f], 0) for f in range(len(b1))]
        for m in range(len(b2)):
            out[place][m] = sum(inner[f] * W2[f, m] for f in range(len(b1))) + b2[m]
    return out, (x, W1, b1, W2)


def feed_forward_backward(dout, cache):
    """Place by place."""
    x, w1, b1, w2 = cache
    dx, dw1, db1 = np.zeros_like(x), np.zeros_like(w1), np.zeros_like(b1)
    dw2, db2 = np.zeros_like(w2), np.zeros(w2.shape[1], w2.dtype)
    for place in np.ndindex(x.shape[:-1]):
        db2 += dout[place]
        for f in range(len(b1)):
            before = x[place] @ w1[:, f] + b1[f]
            if before > 0:
                dw2[f] += before * dout[place]
                dbefore = dout[place] @ w2[f]
                dw1[:, f] += dbefore * x[place]
                db1[f] += dbefore
                dx[place] += dbefore * w1[:, f]
    return dx, dw1, db1, dw2, db2


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    """X added place by place."""
    out, cache = feed_forward_forward(x, W1, b1, W2, b2)
    for place in np.ndindex(x.shape):
        out[place] += x[place]
    return out, cache


def residual_feed_forward_backward(dout, cache):
    """Two ways to x."""
    dx, *others = feed_forward_backward(dout, cache)
    return (dout + dx, *others)


def rmsnorm_forward(x, gamma, eps=1e-6):
    """Row by row."""
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape[:-1]):
        square = sum(float(value) ** 2 for value in x[place]) / len(gamma)
        out[place] = x[place] / (square + eps) ** 0.5 * gamma
    return out, (x, gamma, eps)


def rmsnorm_backward(dout, cache):
    """Row by row, the root's own derivative."""
    x, gamma, eps = cache
    dx, dgamma = np.zeros_like(x), np.zeros_like(gamma)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        square = sum(float(value) ** 2 for value in row) / len(gamma) + eps
        dgamma += dout[place] * row / square**0.5
        dhat = dout[place] * gamma
        dsquare = -0.5 * (dhat * row).sum() / square**1.5
        dx[place] = dhat / square**0.5 + dsquare * 2 * row / len(gamma)
    return dx, dgamma


def flatten_forward(x):
    """Element by element."""
    return np.array([list(sample.flat) for sample in x], x.dtype), x.shape


def flatten_backward(dout, cache):
    """Element by element."""
    dx = np.zeros(cache, dout.dtype)
    for n, row in enumerate(dout):
        for place, value in zip(np.ndindex(cache[1:]), row, strict=True):
            dx[(n, *place)] = value
    return dx


def upsample_forward(x, scale):
    """Copy by copy."""
    samples, channels, height, width = x.shape
    out = np.zeros((samples, channels, height * scale, width * scale), x.dtype)
    for i, j in np.ndindex(out.shape[2:]):
        out[:, :, i, j] = x[:, :, i // scale, j // scale]
    return out, (x.shape, scale)


def upsample_backward(dout, cache):
    """Copy by copy."""
    shape, scale = cache
    dx = np.zeros(shape, dout.dtype)
    for i, j in np.ndindex(dout.shape[2:]):
        dx[:, :, i // scale, j // scale] += dout[:, :, i, j]
    return dx


def global_avg_pool_forward(x):
    """Channel by channel."""
    out = np.zeros(x.shape[:2], x.dtype)
    for n, c in np.ndindex(out.shape):
        out[n, c] = sum(x[n, c].flat) / x[n, c].size
    return out, x


def global_avg_pool_backward(dout, cache):
    """Pixel by pixel."""
    dx = np.zeros_like(cache)
    for n, c, i, j in np.ndindex(dx.shape):
        dx[n, c, i, j] = dout[n, c] / cache[n, c].size
    return dx


def spans(length, windows):
    """First and last of every window."""
    return [(w * length // windows, ((w + 1) * length + windows - 1) // windows) for w in range(windows)]


def adaptive_avg_pool_forward(x, output_size):
    """Window by window."""
    out = np.zeros((*x.shape[:2], output_size, output_size), x.dtype)
    for i, (top, bottom) in enumerate(spans(x.shape[2], output_size)):
        for j, (left, right) in enumerate(spans(x.shape[3], output_size)):
            for n, c in np.ndindex(x.shape[:2]):
                out[n, c, i, j] = np.mean(x[n, c, top:bottom, left:right])
    return out, (x.shape, output_size)


def adaptive_avg_pool_backward(dout, cache):
    """Window by window."""
    shape, output_size = cache
    dx = np.zeros(shape, dout.dtype)
    for i, (top, bottom) in enumerate(spans(shape[2], output_size)):
        for j, (left, right) in enumerate(spans(shape[3], output_size)):
            for n, c in np.ndindex(shape[:2]):
                dx[n, c, top:bottom, left:right] += dout[n, c, i, j] / ((bottom - top) * (right - left))
    return dx


def conv1d_forward(x, w, b, conv_param):
    """Window by window."""
    stride, pad, kernel = conv_param["stride"], conv_param["pad"], w.shape[2]
    padded = np.zeros((*x.shape[:2], x.shape[2] + 2 * pad), x.dtype)
    padded[:, :, pad : pad + x.shape[2]] = x
    windows = (padded.shape[2] - kernel) // stride + 1
    out = np.zeros((len(x), len(w), windows), x.dtype)
    for n, f, t in np.ndindex(out.shape):
        out[n, f, t] = (padded[n, :, t * stride : t * stride + kernel] * w[f]).sum() + b[f]
    return out, (x, padded, w, conv_param)


def conv1d_backward(dout, cache):
    """Window by window."""
    x, padded, w, conv_param = cache
    stride, pad, kernel = conv_param["stride"], conv_param["pad"], w.shape[2]
    dpadded, dw, db = np.zeros_like(padded), np.zeros_like(w), np.zeros(len(w), w.dtype)
    for n, f, t in np.ndindex(dout.shape):
        window = slice(t * stride, t * stride + kernel)
        dpadded[n, :, window] += dout[n, f, t] * w[f]
        dw[f] += dout[n, f, t] * padded[n, :, window]
        db[f] += dout[n, f, t]
    return dpadded[:, :, pad : pad + x.shape[2]], dw, db


def conv_transpose_forward(x, w, b, conv_param):
    """Pixel by pixel, its kernel written."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    (height, width), (rows, columns) = x.shape[2:], w.shape[2:]
    whole = np.zeros((len(x), w.shape[1], stride * (height - 1) + rows, stride * (width - 1) + columns), x.dtype)
    for n, c, i, j in np.ndindex(x.shape):
        whole[n, :, i * stride : i * stride + rows, j * stride : j * stride + columns] += x[n, c, i, j] * w[c]
    out = whole[:, :, pad : whole.shape[2] - pad, pad : whole.shape[3] - pad] + b.reshape(1, -1, 1, 1)
    return out, (x, w, stride, pad)


def conv_transpose_backward(dout, cache):
    """Pixel by pixel, its kernel's places read."""
    x, w, stride, pad = cache
    rows, columns = w.shape[2:]
    whole = np.zeros((*dout.shape[:2], dout.shape[2] + 2 * pad, dout.shape[3] + 2 * pad), dout.dtype)
    whole[:, :, pad : pad + dout.shape[2], pad : pad + dout.shape[3]] = dout
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for n, c, i, j in np.ndindex(x.shape):
        seen = whole[n, :, i * stride : i * stride + rows, j * stride : j * stride + columns]
        dx[n, c, i, j] = (seen * w[c]).sum()
        dw[c] += x[n, c, i, j] * seen
    return dx, dw, np.array([dout[:, f].sum() for f in range(dout.shape[1])], dout.dtype)


def padded_embedding_forward(x, W, padding_idx):
    """Word by word."""
    out = np.zeros((*x.shape, W.shape[1]), W.dtype)
    for place in np.ndindex(x.shape):
        out[place] = W[x[place]]
    return out, (x, W.shape, padding_idx)


def padded_embedding_backward(dout, cache):
    """Word by word, the padding passed over."""
    x, shape, padding_idx = cache
    dw = np.zeros(shape, dout.dtype)
    for place in np.ndindex(x.shape):
        if x[place] != padding_idx:
            dw[x[place]] += dout[place]
    return dw
