"""Convolution with all its options, filter by filter: each filter sees the channels of its own group."""

import numpy as np


def pair(number):
    return (number, number) if np.ndim(number) == 0 else tuple(number)


def options(conv_param):
    stride = pair(conv_param.get("stride", 1))
    pad = pair(conv_param.get("pad", 0))
    dilation = pair(conv_param.get("dilation", 1))
    return stride, pad, dilation, conv_param.get("groups", 1)


def output_size(size, kernel, stride, pad, dilation):
    return (size + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1


def places(k, stride, dilation, steps):
    return slice(k * dilation, k * dilation + stride * (steps - 1) + 1, stride)


def channels_of(f, filters, groups, depth):
    group = f // (filters // groups)
    return slice(group * depth, (group + 1) * depth)


def conv_forward_extended(x, w, b, conv_param):
    (N, C, H, W), (F, depth, HH, WW) = x.shape, w.shape
    stride, pad, dilation, groups = options(conv_param)
    rows = output_size(H, HH, stride[0], pad[0], dilation[0])
    columns = output_size(W, WW, stride[1], pad[1], dilation[1])
    padded = np.pad(x, ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1])))
    outs = []
    for group, filters in enumerate(np.split(w, groups)):
        first = group * depth
        own = slice(first, first + depth)
        part = np.zeros((N, len(filters), rows, columns), x.dtype)
        for k in range(HH):
            for m in range(WW):
                down, across = places(k, stride[0], dilation[0], rows), places(m, stride[1], dilation[1], columns)
                part += np.einsum("nchw,fc->nfhw", padded[:, own, down, across], filters[:, :, k, m])
        outs.append(part)
    out = np.concatenate(outs, axis=1) + b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_backward_extended(dout, cache):
    x, w, b, conv_param = cache
    (N, C, H, W), (F, depth, HH, WW) = x.shape, w.shape
    stride, pad, dilation, groups = options(conv_param)
    rows, columns = dout.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1])))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for f in range(F):
        own = channels_of(f, F, groups, depth)
        for k in range(HH):
            for m in range(WW):
                down, across = places(k, stride[0], dilation[0], rows), places(m, stride[1], dilation[1], columns)
                dw[f, :, k, m] = np.einsum("nchw,nhw->c", padded[:, own, down, across], dout[:, f])
                dpadded[:, own, down, across] += np.einsum("nhw,c->nchw", dout[:, f], w[f, :, k, m])
    dx = dpadded[:, :, pad[0] : pad[0] + H, pad[1] : pad[1] + W]
    return dx, dw, db
