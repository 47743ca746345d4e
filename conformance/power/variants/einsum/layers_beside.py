"""Layers of transformers and of images by einsum."""

import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    """All places at once."""
    inside = np.einsum("...d,df->...f", x, W1) + b1
    return np.einsum("...f,fm->...m", inside * (inside > 0), W2) + b2, (x, inside, W1, W2)


def feed_forward_backward(dout, cache):
    """All places at once."""
    x, inside, w1, w2 = cache
    dinside = np.einsum("...m,fm->...f", dout, w2) * (inside > 0)
    places = tuple(range(x.ndim - 1))
    dw1 = np.einsum("...d,...f->...df", x, dinside).sum(axis=places)
    dw2 = np.einsum("...f,...m->...fm", np.maximum(inside, 0), dout).sum(axis=places)
    return np.einsum("...f,df->...d", dinside, w1), dw1, dinside.sum(axis=places), dw2, dout.sum(axis=places)


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    """And x."""
    out, cache = feed_forward_forward(x, W1, b1, W2, b2)
    return out + x, cache


def residual_feed_forward_backward(dout, cache):
    """And dout."""
    dx, dw1, db1, dw2, db2 = feed_forward_backward(dout, cache)
    return dx + dout, dw1, db1, dw2, db2


def rmsnorm_forward(x, gamma, eps=1e-6):
    """The squares by a product of the rows with themselves."""
    scale = (np.einsum("...d,...d->...", x, x) / len(gamma) + eps) ** -0.5
    return (x * scale[..., None] * gamma).astype(x.dtype), (x, gamma, scale[..., None].astype(x.dtype))


def rmsnorm_backward(dout, cache):
    """The projection on the row taken off."""
    x, gamma, scale = cache
    hat = x * scale
    along = np.einsum("...d,...d->...", dout * gamma, hat)[..., None] / x.dtype.type(len(gamma))
    flat = (dout * hat).reshape(-1, len(gamma))
    return scale * (dout * gamma) - scale * hat * along, np.einsum("nd->d", flat)


def flatten_forward(x):
    """One reshape."""
    return np.array(x.reshape(x.shape[0], np.prod(x.shape[1:], dtype=int))), x.shape


def flatten_backward(dout, cache):
    """One reshape."""
    return np.array(dout.reshape(cache))


def upsample_forward(x, scale):
    """Copies as axes of their own."""
    samples, channels, height, width = x.shape
    copies = np.einsum("nchw,k,l->nchkwl", x, np.ones(scale, x.dtype), np.ones(scale, x.dtype))
    return copies.reshape(samples, channels, height * scale, width * scale), (x.shape, scale)


def upsample_backward(dout, cache):
    """Summed over the copies."""
    (samples, channels, height, width), scale = cache
    return np.einsum("nchkwl->nchw", dout.reshape(samples, channels, height, scale, width, scale))


def global_avg_pool_forward(x):
    """A sum."""
    return np.einsum("nchw->nc", x) / x.dtype.type(x.shape[2] * x.shape[3]), x.shape


def global_avg_pool_backward(dout, cache):
    """An outer product with even shares."""
    height, width = cache[2:]
    return np.einsum("nc,hw->nchw", dout, np.full((height, width), 1 / (height * width), dout.dtype))


def shares(length, windows, dtype):
    """How much of each window a place of a line has."""
    at, w = np.arange(length), np.arange(windows)[:, None]
    inside = (at >= w * length // windows) & (at < -((-(w + 1) * length) // windows))
    return (inside / inside.sum(axis=1, keepdims=True)).astype(dtype)


def adaptive_avg_pool_forward(x, output_size):
    """Shares of rows and of columns."""
    rows, columns = (shares(length, output_size, x.dtype) for length in x.shape[2:])
    return np.einsum("nchw,ih,jw->ncij", x, rows, columns), (rows, columns)


def adaptive_avg_pool_backward(dout, cache):
    """The same shares."""
    return np.einsum("ncij,ih,jw->nchw", dout, *cache)


def selection(length, kernel, stride, pad, windows, dtype):
    """1 where entry k of window t lies on place s."""
    place = np.arange(windows)[:, None] * stride + np.arange(kernel) - pad
    return (place[..., None] == np.arange(length)).astype(dtype)


def conv1d_forward(x, w, b, conv_param):
    """By a tensor that selects."""
    stride, pad, kernel = conv_param["stride"], conv_param["pad"], w.shape[2]
    windows = (x.shape[2] + 2 * pad - kernel) // stride + 1
    selected = selection(x.shape[2], kernel, stride, pad, windows, x.dtype)
    out = np.einsum("ncs,tks,fck->nft", x, selected, w, optimize=True)
    return out + b.reshape(-1, 1), (x, w, selected)


def conv1d_backward(dout, cache):
    """By the same tensor."""
    x, w, selected = cache
    dx = np.einsum("nft,tks,fck->ncs", dout, selected, w, optimize=True)
    dw = np.einsum("nft,tks,ncs->fck", dout, selected, x, optimize=True)
    return dx, dw, np.einsum("nft->f", dout)


def conv_transpose_forward(x, w, b, conv_param):
    """By two tensors that select."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    made = [stride * (size - 1) + kernel - 2 * pad for size, kernel in zip(x.shape[2:], w.shape[2:], strict=True)]
    rows, columns = (
        selection(length, kernel, stride, pad, size, x.dtype)
        for length, kernel, size in zip(made, w.shape[2:], x.shape[2:], strict=True)
    )
    out = np.einsum("ncij,cfkl,iku,jlv->nfuv", x, w, rows, columns, optimize=True)
    return out + b.reshape(-1, 1, 1), (x, w, rows, columns)


def conv_transpose_backward(dout, cache):
    """By the same tensors."""
    x, w, rows, columns = cache
    dx = np.einsum("nfuv,cfkl,iku,jlv->ncij", dout, w, rows, columns, optimize=True)
    dw = np.einsum("nfuv,ncij,iku,jlv->cfkl", dout, x, rows, columns, optimize=True)
    return dx, dw, np.einsum("nfuv->f", dout)


def padded_embedding_forward(x, W, padding_idx):
    """One-hot rows times W."""
    hot = (x[..., None] == np.arange(len(W))).astype(W.dtype)
    return np.einsum("...v,vd->...d", hot, W), (hot, padding_idx)


def padded_embedding_backward(dout, cache):
    """The transposed product; one column of the one-hot rows is 0."""
    hot, padding_idx = cache
    counted = hot * (np.arange(hot.shape[-1]) != padding_idx)
    return np.einsum("nv,nd->vd", counted.reshape(-1, hot.shape[-1]), dout.reshape(-1, dout.shape[-1]))
