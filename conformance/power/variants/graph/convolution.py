"""Images as columns: every window is gathered by index arrays, and what comes back is added where it came from.

Several maxima of a pooling window share its gradient.
"""

import numpy as np
from layers import batchnorm_backward, batchnorm_forward, denormalize, normalize, relu_backward, relu_forward


def indices(image, kernel, stride):
    """The row and the column of each entry of each window: two arrays (rows * columns, H' * W')."""
    counts = [(size - reach) // stride + 1 for size, reach in zip(image, kernel, strict=True)]
    entries = np.indices(kernel).reshape(2, -1, 1)
    corners = stride * np.indices(counts).reshape(2, 1, -1)
    return *(entries + corners), counts


def conv_forward_naive(x, w, b, conv_param):
    """Pad, gather, multiply, add."""
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], mode="constant")
    rows, columns, counts = indices(padded.shape[2:], w.shape[2:], stride)
    gathered = padded[:, :, rows, columns].reshape(len(x), -1, rows.shape[1])
    flat = w.reshape(len(w), -1)
    product = np.matmul(flat, gathered)
    shifted = product + b.reshape(-1, 1)
    out = shifted.reshape(len(x), len(w), *counts)
    return out, (x.shape, padded.shape, (rows, columns), gathered, flat, w.shape, pad)


def conv_backward_naive(dout, cache):
    """Back through each of the four."""
    shape, padded_shape, places, gathered, flat, kernel_shape, pad = cache
    dshifted = dout.reshape(*dout.shape[:2], -1)
    # the shift
    db = dshifted.sum(axis=2).sum(axis=0)
    # the product
    dflat = np.matmul(dshifted, gathered.transpose(0, 2, 1)).sum(axis=0)
    dgathered = np.matmul(flat.T, dshifted)
    # the gathering
    dpadded = np.zeros(padded_shape, dout.dtype)
    np.add.at(dpadded, (slice(None), slice(None), *places), dgathered.reshape(*shape[:2], *places[0].shape))
    # the padding
    dx = dpadded[:, :, pad : pad + shape[2], pad : pad + shape[3]]
    return dx, dflat.reshape(kernel_shape), db


conv_forward_fast = conv_forward_naive
conv_backward_fast = conv_backward_naive


def conv_forward_extended(x, w, b, conv_param):
    """Split, spread the kernels out, convolve, join."""
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


def gather(x, pool_param):
    """The windows of a pooling as columns, and where they were."""
    window = (pool_param["pool_height"], pool_param["pool_width"])
    rows, columns, counts = indices(x.shape[2:], window, pool_param["stride"])
    return x[:, :, rows, columns], (rows, columns), (*x.shape[:2], *counts)


def scatter(shape, places, dgathered):
    """The way back of a gathering."""
    dx = np.zeros(shape, dgathered.dtype)
    np.add.at(dx, (slice(None), slice(None), *places), dgathered)
    return dx


def max_pool_forward_naive(x, pool_param):
    """Gather, take the maximum."""
    gathered, places, shape = gather(x, pool_param)
    out = gathered.max(axis=2)
    return out.reshape(shape), (x.shape, places, gathered == out[:, :, None])


def max_pool_backward_naive(dout, cache):
    """Equal shares to the winners."""
    shape, places, is_maximum = cache
    share = dout.reshape(*dout.shape[:2], 1, -1) / is_maximum.sum(axis=2, keepdims=True).astype(dout.dtype)
    return scatter(shape, places, is_maximum * share)


max_pool_forward_fast = max_pool_forward_naive
max_pool_backward_fast = max_pool_backward_naive


def avg_pool_forward_naive(x, pool_param):
    """Gather, take the mean."""
    gathered, places, shape = gather(x, pool_param)
    return gathered.mean(axis=2).reshape(shape), (x.shape, places)


def avg_pool_backward_naive(dout, cache):
    """Equal shares to all."""
    shape, places = cache
    count = len(places[0])
    share = dout.reshape(*dout.shape[:2], 1, -1) / count
    return scatter(shape, places, np.repeat(share, count, axis=2))


avg_pool_forward_fast = avg_pool_forward_naive
avg_pool_backward_fast = avg_pool_backward_naive


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Channels last, pixels as samples, batch normalization, and back into images."""
    last = np.moveaxis(x, 1, 3)
    out, cache = batchnorm_forward(last.reshape(-1, x.shape[1]), gamma, beta, bn_param)
    return np.moveaxis(out.reshape(last.shape), 3, 1), cache


def spatial_batchnorm_backward(dout, cache):
    """The same three steps."""
    last = np.moveaxis(dout, 1, 3)
    dx, dgamma, dbeta = batchnorm_backward(last.reshape(-1, dout.shape[1]), cache)
    return np.moveaxis(dx.reshape(last.shape), 3, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    """The walk along the groups, with a scale of 1 and a shift of 0; then scale and shift by channel."""
    groups = x.reshape(len(x) * G, -1)
    plain, _, _, walk = normalize(groups, 1.0, 0.0, gn_param.get("eps", 1e-5), axis=1)
    x_hat = plain.reshape(x.shape)
    scale = gamma.reshape(1, x.shape[1], 1, 1)
    scaled = x_hat * scale
    out = scaled + beta.reshape(scale.shape)
    return out, (walk, x_hat, scale, gamma.shape)


def spatial_groupnorm_backward(dout, cache):
    """The same walk backward."""
    walk, x_hat, scale, shape = cache
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(shape)
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3)).reshape(shape)
    dx_hat = dout * scale
    dgroups, _, _ = denormalize(dx_hat.reshape(walk[0].shape), walk)
    return dgroups.reshape(dout.shape), dgamma, dbeta


def instancenorm_forward(x, gamma, beta, in_param):
    """A group for each channel."""
    return spatial_groupnorm_forward(x, gamma, beta, x.shape[1], in_param)


def instancenorm_backward(dout, cache):
    """The same walk."""
    return spatial_groupnorm_backward(dout, cache)


def conv_relu_forward(x, w, b, conv_param):
    """Two nodes."""
    scores, conv_cache = conv_forward_naive(x, w, b, conv_param)
    out, relu_cache = relu_forward(scores)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    """Two nodes back."""
    conv_cache, relu_cache = cache
    return conv_backward_naive(relu_backward(dout, relu_cache), conv_cache)


def conv_bn_relu_forward(x, w, b, gamma, beta, conv_param, bn_param):
    """Three nodes."""
    scores, conv_cache = conv_forward_naive(x, w, b, conv_param)
    normalized, norm_cache = spatial_batchnorm_forward(scores, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normalized)
    return out, (conv_cache, norm_cache, relu_cache)


def conv_bn_relu_backward(dout, cache):
    """Three nodes back."""
    conv_cache, norm_cache, relu_cache = cache
    dnormalized = relu_backward(dout, relu_cache)
    dscores, dgamma, dbeta = spatial_batchnorm_backward(dnormalized, norm_cache)
    dx, dw, db = conv_backward_naive(dscores, conv_cache)
    return dx, dw, db, dgamma, dbeta


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    """Three nodes."""
    active, block_cache = conv_relu_forward(x, w, b, conv_param)
    out, pool_cache = max_pool_forward_naive(active, pool_param)
    return out, (block_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    """Three nodes back."""
    block_cache, pool_cache = cache
    return conv_relu_backward(max_pool_backward_naive(dout, pool_cache), block_cache)
