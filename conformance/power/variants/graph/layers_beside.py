"""Layers of transformers and of images as graphs: small steps, walked back."""

import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    """Product, sum, rectifier, product, sum, on rows."""
    rows = x.reshape(-1, x.shape[-1])
    product = np.dot(rows, W1)
    inside = product + b1
    hidden = np.where(inside > 0, inside, 0)
    out = np.dot(hidden, W2) + b2
    return out.reshape(*x.shape[:-1], -1), (x.shape, rows, inside, hidden, W1, W2)


def feed_forward_backward(dout, cache):
    """Back through them."""
    shape, rows, inside, hidden, w1, w2 = cache
    upstream = dout.reshape(-1, dout.shape[-1])
    db2 = np.add.reduce(upstream, axis=0)
    dw2 = np.dot(hidden.T, upstream)
    dhidden = np.dot(upstream, w2.T)
    dinside = np.where(inside > 0, dhidden, 0)
    db1 = np.add.reduce(dinside, axis=0)
    dw1 = np.dot(rows.T, dinside)
    return np.dot(dinside, w1.T).reshape(shape), dw1, db1, dw2, db2


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    """A sum of two ways."""
    other, cache = feed_forward_forward(x, W1, b1, W2, b2)
    return other + x, cache


def residual_feed_forward_backward(dout, cache):
    """Both ways back."""
    gradients = feed_forward_backward(dout, cache)
    return (gradients[0] + dout, *gradients[1:])


def rmsnorm_forward(x, gamma, eps=1e-6):
    """Square, mean, sum, root, quotient, product."""
    square = x * x
    mean = np.mean(square, axis=-1, keepdims=True)
    root = np.sqrt(mean + eps).astype(x.dtype)
    hat = x / root
    return hat * gamma, (x, gamma, root, hat)


def rmsnorm_backward(dout, cache):
    """Back through them."""
    x, gamma, root, hat = cache
    dgamma = (dout * hat).sum(axis=tuple(range(x.ndim - 1)))
    dhat = dout * gamma
    dx = dhat / root
    droot = -(dhat * x).sum(axis=-1, keepdims=True) / (root * root)
    dmean = droot / (2 * root)
    dsquare = np.broadcast_to(dmean / x.dtype.type(x.shape[-1]), x.shape)
    return dx + 2 * x * dsquare, dgamma


def flatten_forward(x):
    """By concatenation."""
    return np.stack([np.ravel(sample) for sample in x]), x


def flatten_backward(dout, cache):
    """The shape again."""
    return np.reshape(dout, cache.shape).copy()


def upsample_forward(x, scale):
    """A product with ones."""
    return np.kron(x, np.ones((1, 1, scale, scale), x.dtype)), (x.shape, scale)


def upsample_backward(dout, cache):
    """Every scale-th place, scale times scale of them."""
    shape, scale = cache
    dx = np.zeros(shape, dout.dtype)
    for i, j in np.ndindex(scale, scale):
        dx = dx + dout[:, :, i::scale, j::scale]
    return dx


def global_avg_pool_forward(x):
    """Rows of pixels."""
    rows = x.reshape(*x.shape[:2], -1)
    return np.sum(rows, axis=2) / x.dtype.type(rows.shape[2]), x.shape


def global_avg_pool_backward(dout, cache):
    """Spread."""
    pixels = cache[2] * cache[3]
    return np.repeat(dout / dout.dtype.type(pixels), pixels, axis=1).reshape(cache)


def averaging(length, windows, dtype):
    """The matrix that takes a line to its windows' means."""
    matrix = np.zeros((windows, length), dtype)
    for w in range(windows):
        start, stop = int(np.floor(w * length / windows)), int(np.ceil((w + 1) * length / windows))
        matrix[w, start:stop] = 1 / (stop - start)
    return matrix


def adaptive_avg_pool_forward(x, output_size):
    """A matrix on each side."""
    left, right = (averaging(length, output_size, x.dtype) for length in x.shape[2:])
    return left @ x @ right.T, (left, right)


def adaptive_avg_pool_backward(dout, cache):
    """Their transposes."""
    left, right = cache
    return left.T @ dout @ right


def conv1d_forward(x, w, b, conv_param):
    """Columns of windows times rows of filters."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad)])
    starts = np.arange(0, padded.shape[2] - w.shape[2] + 1, stride)
    places = starts[:, None] + np.arange(w.shape[2])
    columns = padded[:, :, places].transpose(0, 2, 1, 3).reshape(len(x), len(starts), -1)
    out = np.dot(columns, w.reshape(len(w), -1).T) + b
    return out.transpose(0, 2, 1).copy(), (x, padded, places, columns, w, pad)


def conv1d_backward(dout, cache):
    """Back through the product and the gathering."""
    x, padded, places, columns, w, pad = cache
    upstream = dout.transpose(0, 2, 1)
    dw = np.tensordot(upstream, columns, axes=[(0, 1), (0, 1)]).reshape(w.shape)
    dcolumns = np.dot(upstream, w.reshape(len(w), -1)).reshape(len(x), len(places), x.shape[1], -1)
    dpadded = np.zeros_like(padded)
    np.add.at(dpadded, (slice(None), slice(None), places), dcolumns.transpose(0, 2, 1, 3))
    return dpadded[:, :, pad : dpadded.shape[2] - pad].copy(), dw, np.add.reduce(dout, axis=(0, 2))


def conv_transpose_forward(x, w, b, conv_param):
    """Zeros between the pixels, then a plain convolution with the kernel turned round."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    (height, width), (rows, columns) = x.shape[2:], w.shape[2:]
    sparse = np.zeros((*x.shape[:2], stride * (height - 1) + 1, stride * (width - 1) + 1), x.dtype)
    sparse[:, :, ::stride, ::stride] = x
    wide = np.pad(sparse, [(0, 0), (0, 0), (rows - 1, rows - 1), (columns - 1, columns - 1)])
    windows = np.lib.stride_tricks.sliding_window_view(wide, (rows, columns), axis=(2, 3))
    whole = np.tensordot(windows, w[:, :, ::-1, ::-1], axes=[(1, 4, 5), (0, 2, 3)]).transpose(0, 3, 1, 2)
    cut = whole[:, :, pad : whole.shape[2] - pad, pad : whole.shape[3] - pad]
    return cut + b[:, None, None], (x, w, stride, pad)


def conv_transpose_backward(dout, cache):
    """A convolution with the stride."""
    x, w, stride, pad = cache
    whole = np.pad(dout, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    windows = np.lib.stride_tricks.sliding_window_view(whole, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    dx = np.tensordot(windows, w, axes=[(1, 4, 5), (1, 2, 3)]).transpose(0, 3, 1, 2)
    dw = np.tensordot(x, windows, axes=[(0, 2, 3), (0, 2, 3)])
    return dx.copy(), dw, np.add.reduce(dout, axis=(0, 2, 3))


def padded_embedding_forward(x, W, padding_idx):
    """A gather."""
    return np.take(W, x, axis=0), (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    """Its scatter of what is no padding."""
    x, w, padding_idx = cache
    dw = np.zeros_like(w)
    kept = x != padding_idx
    np.add.at(dw, x[kept], dout[kept])
    return dw
