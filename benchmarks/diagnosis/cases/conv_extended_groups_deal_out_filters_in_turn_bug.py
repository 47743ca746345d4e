import numpy as np


def pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def prepare(x, w, conv_param):
    (sh, sw), (ph, pw), (dh, dw) = (pair(conv_param.get(k, d)) for k, d in (("stride", 1), ("pad", 0), ("dilation", 1)))
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    oh = (xp.shape[2] - dh * (w.shape[2] - 1) - 1) // sh + 1
    ow = (xp.shape[3] - dw * (w.shape[3] - 1) - 1) // sw + 1
    places = {}
    for k in range(w.shape[2]):
        for m in range(w.shape[3]):
            places[k, m] = (slice(k * dh, k * dh + sh * (oh - 1) + 1, sh), slice(m * dw, m * dw + sw * (ow - 1) + 1, sw))
    return xp, places, (oh, ow), (ph, pw)


def channels_of(f, w, groups):
    g = f % groups  # WRONG; right: g = f // (len(w) // groups)
    return slice(g * w.shape[1], (g + 1) * w.shape[1])


def conv_forward_extended(x, w, b, conv_param):
    groups = conv_param.get("groups", 1)
    xp, places, (oh, ow), _ = prepare(x, w, conv_param)
    out = np.zeros((len(x), len(w), oh, ow), x.dtype)
    for f in range(len(w)):
        seen = xp[:, channels_of(f, w, groups)]
        for (k, m), (rows, cols) in places.items():
            out[:, f] += np.einsum("nchw,c->nhw", seen[:, :, rows, cols], w[f, :, k, m])
    return out + b[:, None, None], (x, w, conv_param)


def conv_backward_extended(dout, cache):
    x, w, conv_param = cache
    groups = conv_param.get("groups", 1)
    xp, places, _, (ph, pw) = prepare(x, w, conv_param)
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for f in range(len(w)):
        own = channels_of(f, w, groups)
        for (k, m), (rows, cols) in places.items():
            dw[f, :, k, m] = np.einsum("nchw,nhw->c", xp[:, own, rows, cols], dout[:, f])
            dxp[:, own, rows, cols] += np.einsum("nhw,c->nchw", dout[:, f], w[f, :, k, m])
    return dxp[:, :, ph : ph + x.shape[2], pw : pw + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))
