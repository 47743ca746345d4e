"""Images, element by element: every sum taken in order, every index checked against the borders."""

import numpy as np
from layers import gradient_through_moments, moments, relu_backward, relu_forward


def conv_forward_naive(x, w, b, conv_param):
    """Seven loops; what would lie outside of the image is left out of the sum."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    (samples, channels, height, width), (filters, _, rows, columns) = x.shape, w.shape
    out = np.zeros(
        (samples, filters, 1 + (height + 2 * pad - rows) // stride, 1 + (width + 2 * pad - columns) // stride), x.dtype
    )
    for n, f, i, j in np.ndindex(out.shape):
        total = b[f]
        for c, k, m in np.ndindex(channels, rows, columns):
            row, column = i * stride + k - pad, j * stride + m - pad
            if 0 <= row < height and 0 <= column < width:
                total = total + w[f, c, k, m] * x[n, c, row, column]
        out[n, f, i, j] = total
    return out, (x, w, stride, pad)


def conv_backward_naive(dout, cache):
    """Every product of the forward hands its gradient to its two factors."""
    x, w, stride, pad = cache
    (_, channels, height, width), (filters, _, rows, columns) = x.shape, w.shape
    dx, dw, db = np.zeros(x.shape, x.dtype), np.zeros(w.shape, w.dtype), np.zeros(filters, x.dtype)
    for n, f, i, j in np.ndindex(dout.shape):
        upstream = dout[n, f, i, j]
        db[f] += upstream
        for c, k, m in np.ndindex(channels, rows, columns):
            row, column = i * stride + k - pad, j * stride + m - pad
            if 0 <= row < height and 0 <= column < width:
                dx[n, c, row, column] += upstream * w[f, c, k, m]
                dw[f, c, k, m] += upstream * x[n, c, row, column]
    return dx, dw, db


conv_forward_fast = conv_forward_naive
conv_backward_fast = conv_backward_naive


def conv_forward_extended(x, w, b, conv_param):
    """A convolution for each group, the gaps of a kernel filled with zeros."""
    groups, gap = conv_param["groups"], conv_param["dilation"]
    spread = np.zeros((*w.shape[:2], *(gap * (k - 1) + 1 for k in w.shape[2:])), w.dtype)
    spread[:, :, ::gap, ::gap] = w
    parts = zip(np.split(x, groups, axis=1), np.split(spread, groups), np.split(b, groups), strict=True)
    outs, caches = zip(*(conv_forward_naive(*part, conv_param) for part in parts), strict=True)
    return np.concatenate(outs, axis=1), (caches, gap)


def conv_backward_extended(dout, cache):
    """Group by group; what the gaps would get is left out."""
    caches, gap = cache
    parts = zip(np.split(dout, len(caches), axis=1), caches, strict=True)
    dxs, dws, dbs = zip(*(conv_backward_naive(*part) for part in parts), strict=True)
    return np.concatenate(dxs, axis=1), np.concatenate(dws)[:, :, ::gap, ::gap], np.concatenate(dbs)


def pooled_shape(x, pool_param):
    """Samples, channels, and the windows that fit."""
    stride = pool_param["stride"]
    rows = (x.shape[2] - pool_param["pool_height"]) // stride + 1
    return (*x.shape[:2], rows, (x.shape[3] - pool_param["pool_width"]) // stride + 1)


def places(i, j, pool_param):
    """The pixels of a window, row by row."""
    for k, m in np.ndindex(pool_param["pool_height"], pool_param["pool_width"]):
        yield i * pool_param["stride"] + k, j * pool_param["stride"] + m


def max_pool_forward_naive(x, pool_param):
    """The largest so far, and where it stood: the first of several."""
    out = np.zeros(pooled_shape(x, pool_param), x.dtype)
    winners = {}
    for n, c, i, j in np.ndindex(out.shape):
        largest = -np.inf
        for row, column in places(i, j, pool_param):
            if x[n, c, row, column] > largest:
                largest, winners[n, c, i, j] = x[n, c, row, column], (row, column)
        out[n, c, i, j] = largest
    return out, (x.shape, winners)


def max_pool_backward_naive(dout, cache):
    """Each winner collects what its windows hand back."""
    shape, winners = cache
    dx = np.zeros(shape, dout.dtype)
    for (n, c, i, j), (row, column) in winners.items():
        dx[n, c, row, column] += dout[n, c, i, j]
    return dx


max_pool_forward_fast = max_pool_forward_naive
max_pool_backward_fast = max_pool_backward_naive


def avg_pool_forward_naive(x, pool_param):
    """A running sum, divided at the end."""
    count = pool_param["pool_height"] * pool_param["pool_width"]
    out = np.zeros(pooled_shape(x, pool_param), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        for row, column in places(i, j, pool_param):
            out[n, c, i, j] += x[n, c, row, column]
        out[n, c, i, j] /= count
    return out, (x.shape, pool_param, count)


def avg_pool_backward_naive(dout, cache):
    """Each entry of a window gets its share."""
    shape, pool_param, count = cache
    dx = np.zeros(shape, dout.dtype)
    for n, c, i, j in np.ndindex(dout.shape):
        for row, column in places(i, j, pool_param):
            dx[n, c, row, column] += dout[n, c, i, j] / count
    return dx


avg_pool_forward_fast = avg_pool_forward_naive
avg_pool_backward_fast = avg_pool_backward_naive


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Channel by channel, the pixels of all images in one sequence."""
    eps, kept = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    channels = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(channels, x.dtype)).copy()
    running_var = bn_param.get("running_var", np.zeros(channels, x.dtype)).copy()
    out, kept_for_later = np.zeros(x.shape, x.dtype), []
    for c in range(channels):
        mean, variance = running_mean[c], running_var[c]
        if bn_param["mode"] == "train":
            values = x[:, c].ravel()
            mean, variance = moments(values, values.size)
            running_mean[c] = kept * running_mean[c] + (1 - kept) * mean
            running_var[c] = kept * running_var[c] + (1 - kept) * variance
        out[:, c] = gamma[c] * (x[:, c] - mean) / np.sqrt(variance + eps) + beta[c]
        kept_for_later.append((mean, variance))
    if bn_param["mode"] == "train":
        bn_param["running_mean"], bn_param["running_var"] = running_mean, running_var
    return out, (x, gamma, eps, kept_for_later)


def spatial_batchnorm_backward(dout, cache):
    """Each channel's sequence by the three formulas of Ioffe and Szegedy."""
    x, gamma, eps, statistics = cache
    dx, dgamma, dbeta = np.zeros(x.shape, x.dtype), np.zeros_like(gamma), np.zeros_like(gamma)
    for c, (mean, variance) in enumerate(statistics):
        values, upstream = x[:, c].ravel(), dout[:, c].ravel()
        for value, d in zip(values, upstream, strict=True):
            dgamma[c] += d * (value - mean) / np.sqrt(variance + eps)
            dbeta[c] += d
        gradient = gradient_through_moments(upstream * gamma[c], values, mean, variance, eps)
        dx[:, c] = np.array(gradient).reshape(dx[:, c].shape)
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """Image by image, group by group; scale and shift in any shape, channel by channel."""
    eps, size = gn_param.get("eps", 1e-5), x.shape[1] // G
    x_hat, statistics = np.zeros(x.shape, x.dtype), {}
    for n, g in np.ndindex(len(x), G):
        group = x[n, g * size : (g + 1) * size]
        mean, variance = statistics[n, g] = moments(group.ravel(), group.size)
        x_hat[n, g * size : (g + 1) * size] = (group - mean) / np.sqrt(variance + eps)
    out = np.zeros(x.shape, x.dtype)
    for c in range(x.shape[1]):
        out[:, c] = gamma.ravel()[c] * x_hat[:, c] + beta.ravel()[c]
    return out, (x, x_hat, gamma, eps, size, statistics)


def spatial_groupnorm_backward(dout, cache):
    """Each group's sequence by the same three formulas."""
    x, x_hat, gamma, eps, size, statistics = cache
    dgamma, dbeta = np.zeros(gamma.size, x.dtype), np.zeros(gamma.size, x.dtype)
    dx_hat, dx = np.zeros(x.shape, x.dtype), np.zeros(x.shape, x.dtype)
    for c in range(x.shape[1]):
        dgamma[c], dbeta[c] = (dout[:, c] * x_hat[:, c]).sum(), dout[:, c].sum()
        dx_hat[:, c] = dout[:, c] * gamma.ravel()[c]
    for (n, g), (mean, variance) in statistics.items():
        channels = slice(g * size, (g + 1) * size)
        group = x[n, channels]
        gradient = gradient_through_moments(dx_hat[n, channels].ravel(), group.ravel(), mean, variance, eps)
        dx[n, channels] = np.array(gradient).reshape(group.shape)
    return dx, dgamma.reshape(gamma.shape), dbeta.reshape(gamma.shape)


def instancenorm_forward(x, gamma, beta, in_param):
    """As many groups as channels."""
    return spatial_groupnorm_forward(x, gamma, beta, x.shape[1], in_param)


instancenorm_backward = spatial_groupnorm_backward


def conv_relu_forward(x, w, b, conv_param):
    """One layer after the other."""
    scores, conv_cache = conv_forward_naive(x, w, b, conv_param)
    out, relu_cache = relu_forward(scores)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """And back."""
    return conv_backward_naive(relu_backward(dout, cache[1]), cache[0])


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """One layer after the other."""
    scores, conv_cache = conv_forward_naive(x, w, b, conv_param)
    normalized, norm_cache = spatial_batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """And back."""
    dscores, dgamma, dbeta = spatial_batchnorm_backward(relu_backward(dout, cache[2]), cache[1])
    return *conv_backward_naive(dscores, cache[0]), dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """One layer after the other."""
    active, block_cache = conv_relu_forward(x, w, b, conv_param)
    out, pool_cache = max_pool_forward_naive(active, pool_param)
    return out, (block_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    """And back."""
    return conv_relu_backward(max_pool_backward_naive(dout, cache[1]), cache[0])
