"""Images as views of all their windows, and one einsum a sum. Each of several maxima gets the whole gradient."""

import numpy as np
from layers import project, relu_backward, relu_forward, standardize
from numpy.lib.stride_tricks import sliding_window_view


def windows_of(images, rows, columns, stride):
    """(N, C, H', W', rows, columns), a view."""
    return sliding_window_view(images, (rows, columns), axis=(2, 3))[:, :, ::stride, ::stride]


def conv_forward_fast(x, w, b, conv_param):
    """Windows and kernels contracted over channels, rows and columns."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    windows = windows_of(np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad))), *w.shape[2:], stride)
    return np.einsum("nchwkl,fckl->nfhw", windows, w) + b[:, None, None], (x.shape, windows, w, stride, pad)


def conv_backward_fast(dout, cache):
    """Dx is the full correlation of the gradient, spread out by the stride, with the kernels turned by 180 degrees."""
    shape, windows, w, stride, pad = cache
    samples, _, height, width = shape
    _, filters, rows, columns = dout.shape
    kernel_rows, kernel_columns = w.shape[2:]
    spread = np.zeros((samples, filters, height + 2 * pad + kernel_rows - 1, width + 2 * pad + kernel_columns - 1))
    spread = spread.astype(dout.dtype)
    spread[
        :,
        :,
        kernel_rows - 1 : kernel_rows + stride * (rows - 1) : stride,
        kernel_columns - 1 : kernel_columns + stride * (columns - 1) : stride,
    ] = dout
    around = windows_of(spread, kernel_rows, kernel_columns, 1)
    dpadded = np.einsum("nfhwkl,fckl->nchw", around, w[:, :, ::-1, ::-1])
    dx = dpadded[:, :, pad : pad + height, pad : pad + width]
    return dx, np.einsum("nfhw,nchwkl->fckl", dout, windows), np.einsum("nfhw->f", dout)


conv_forward_naive = conv_forward_fast
conv_backward_naive = conv_backward_fast


def conv_forward_extended(x, w, b, conv_param):
    """Each group by itself, with kernels that are 0 in their gaps."""
    groups, gap = conv_param["groups"], conv_param["dilation"]
    spread = np.zeros((*w.shape[:2], *(gap * (k - 1) + 1 for k in w.shape[2:])), w.dtype)
    spread[:, :, ::gap, ::gap] = w
    parts = zip(np.split(x, groups, axis=1), np.split(spread, groups), np.split(b, groups), strict=True)
    outs, caches = zip(*(conv_forward_fast(*part, conv_param) for part in parts), strict=True)
    return np.concatenate(outs, axis=1), (caches, gap)


def conv_backward_extended(dout, cache):
    """Group by group; what the gaps would get is left out."""
    caches, gap = cache
    parts = zip(np.split(dout, len(caches), axis=1), caches, strict=True)
    dxs, dws, dbs = zip(*(conv_backward_fast(*part) for part in parts), strict=True)
    return np.concatenate(dxs, axis=1), np.concatenate(dws)[:, :, ::gap, ::gap], np.concatenate(dbs)


def pooling_windows(x, pool_param):
    """The windows of a pooling."""
    return windows_of(x, pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"])


def give_back(shape, dwindows, stride):
    """Every entry of every window added to the pixel that it shows."""
    dx = np.zeros(shape, dwindows.dtype)
    view = sliding_window_view(dx, dwindows.shape[4:], axis=(2, 3), writeable=True)[:, :, ::stride, ::stride]
    for entry in np.ndindex(dwindows.shape[4:]):
        view[(..., *entry)] += dwindows[(..., *entry)]
    return dx


def max_pool_forward_fast(x, pool_param):
    """The maximum over the last two axes."""
    windows = pooling_windows(x, pool_param)
    out = windows.max(axis=(4, 5))
    return out, (x.shape, windows == out[..., None, None], pool_param["stride"])


def max_pool_backward_fast(dout, cache):
    """To every entry that equals the maximum."""
    shape, is_maximum, stride = cache
    return give_back(shape, np.where(is_maximum, dout[..., None, None], 0), stride)


max_pool_forward_naive = max_pool_forward_fast
max_pool_backward_naive = max_pool_backward_fast


def avg_pool_forward_fast(x, pool_param):
    """The mean over the last two axes."""
    windows = pooling_windows(x, pool_param)
    return np.einsum("nchwkl->nchw", windows) / (windows.shape[4] * windows.shape[5]), (x.shape, windows, pool_param)


def avg_pool_backward_fast(dout, cache):
    """The same share to every entry."""
    shape, windows, pool_param = cache
    share = dout / (windows.shape[4] * windows.shape[5])
    return give_back(shape, np.broadcast_to(share[..., None, None], windows.shape), pool_param["stride"])


avg_pool_forward_naive = avg_pool_forward_fast
avg_pool_backward_naive = avg_pool_backward_fast


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Over three axes at once; the raw input is kept."""
    eps = bn_param.get("eps", 1e-5)
    zeros = np.zeros_like(gamma)
    if bn_param["mode"] == "test":
        mean, variance = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
        x_hat = (x - mean[:, None, None]) / np.sqrt(variance + eps)[:, None, None]
        return np.einsum("nchw,c->nchw", x_hat, gamma) + beta[:, None, None], None
    mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
    share = 1 - bn_param.get("momentum", 0.9)
    for name, statistic in (("running_mean", mean), ("running_var", variance)):
        old = bn_param.get(name, zeros)
        bn_param[name] = old + share * (statistic - old)
    x_hat = (x - mean[:, None, None]) / np.sqrt(variance + eps)[:, None, None]
    return np.einsum("nchw,c->nchw", x_hat, gamma) + beta[:, None, None], (x, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    """The projection of each channel, its pixels as a column."""
    x, gamma, eps = cache
    channels_last = (len(x), *x.shape[2:], x.shape[1])
    columns, upstream = (a.transpose(0, 2, 3, 1).reshape(-1, x.shape[1]) for a in (x, dout))
    x_hat, _, deviation = standardize(columns, eps)
    dx = (project(upstream, x_hat, deviation) * gamma).reshape(channels_last).transpose(0, 3, 1, 2)
    return dx, np.einsum("md,md->d", upstream, x_hat), np.einsum("md->d", upstream)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """The groups as columns."""
    eps = gn_param.get("eps", 1e-5)
    x_hat, _, deviation = standardize(x.reshape(len(x) * G, -1).T, eps)
    images = x_hat.T.reshape(x.shape)
    scale, shift = (a.reshape(1, -1, 1, 1) for a in (gamma, beta))
    return images * scale + shift, (images, x_hat, deviation, gamma)


def spatial_groupnorm_backward(dout, cache):
    """The projection of each column."""
    images, x_hat, deviation, gamma = cache
    dgamma = np.einsum("nchw,nchw->c", dout, images).reshape(gamma.shape)
    dbeta = np.einsum("nchw->c", dout).reshape(gamma.shape)
    columns = (dout * gamma.reshape(1, -1, 1, 1)).reshape(x_hat.shape[::-1]).T
    return project(columns, x_hat, deviation).T.reshape(dout.shape), dgamma, dbeta


def instancenorm_forward(x, gamma, beta, in_param):
    """The mean of each channel's pixels to 0, of their squares to 1."""
    centred = x - x.mean(axis=(2, 3), keepdims=True)
    deviation = np.sqrt(np.square(centred).mean(axis=(2, 3), keepdims=True) + in_param.get("eps", 1e-5))
    x_hat = centred / deviation
    return np.einsum("nchw,c->nchw", x_hat, gamma) + beta[:, None, None], (x_hat, deviation, gamma)


def instancenorm_backward(dout, cache):
    """Less its mean, less its part along x_hat."""
    x_hat, deviation, gamma = cache
    centred = dout - dout.mean(axis=(2, 3), keepdims=True)
    along = np.einsum("nchw,nchw->nc", centred, x_hat) / (x_hat.shape[2] * x_hat.shape[3])
    dx = gamma[:, None, None] * (centred - along[:, :, None, None] * x_hat) / deviation
    return dx, np.einsum("nchw,nchw->c", dout, x_hat), np.einsum("nchw->c", dout)


def conv_relu_forward(x, w, b, conv_param):
    """What is below 0 is 0."""
    scores, conv_cache = conv_forward_fast(x, w, b, conv_param)
    out, relu_cache = relu_forward(scores)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """Through the relu, then the convolution."""
    return conv_backward_fast(relu_backward(dout, cache[1]), cache[0])


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Standardised in between."""
    scores, conv_cache = conv_forward_fast(x, w, b, conv_param)
    normalized, norm_cache = spatial_batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """Through all three."""
    dscores, dgamma, dbeta = spatial_batchnorm_backward(relu_backward(dout, cache[2]), cache[1])
    return *conv_backward_fast(dscores, cache[0]), dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """The pooling first, then the relu: a maximum keeps the order."""
    scores, conv_cache = conv_forward_fast(x, w, b, conv_param)
    highest, pool_cache = max_pool_forward_fast(scores, pool_param)
    out, relu_cache = relu_forward(highest)
    return out, (conv_cache, pool_cache, relu_cache)


def conv_relu_pool_backward(dout, cache):
    """In the order that the forward had."""
    conv_cache, pool_cache, relu_cache = cache
    return conv_backward_fast(max_pool_backward_fast(relu_backward(dout, relu_cache), pool_cache), conv_cache)
