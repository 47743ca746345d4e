import numpy as np


def pairs(v):
    return (v, v) if np.isscalar(v) else tuple(v)


def pads(conv_param):
    ph, pw = pairs(conv_param["pad"])
    return pw, ph  # WRONG; right: return ph, pw


def taps(shape, w, conv_param):
    (sh, sw), (dh, dw) = pairs(conv_param["stride"]), pairs(conv_param.get("dilation", 1))
    ph, pw = pads(conv_param)
    oh = (shape[2] + 2 * ph - dh * (w.shape[2] - 1) - 1) // sh + 1
    ow = (shape[3] + 2 * pw - dw * (w.shape[3] - 1) - 1) // sw + 1
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            rows = i * dh + sh * np.arange(oh)
            cols = j * dw + sw * np.arange(ow)
            yield i, j, rows, cols, oh, ow


def conv_forward_extended(x, w, b, conv_param):
    (ph, pw), g = pads(conv_param), conv_param.get("groups", 1)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    F, Cg = w.shape[:2]
    out = 0
    for i, j, rows, cols, oh, ow in taps(x.shape, w, conv_param):
        part = xp[:, :, rows[:, None], cols[None, :]].reshape(len(x), g, Cg, oh, ow)
        out = out + np.einsum("ngchw,gfc->ngfhw", part, w[:, :, i, j].reshape(g, F // g, Cg)).reshape(len(x), F, oh, ow)
    return out + b[None, :, None, None], (x, xp, w, conv_param)


def conv_backward_extended(dout, cache):
    x, xp, w, conv_param = cache
    (ph, pw), g = pads(conv_param), conv_param.get("groups", 1)
    F, Cg = w.shape[:2]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i, j, rows, cols, oh, ow in taps(x.shape, w, conv_param):
        at = (slice(None), slice(None), rows[:, None], cols[None, :])
        d = dout.reshape(len(x), g, F // g, oh, ow)
        part = xp[at].reshape(len(x), g, Cg, oh, ow)
        dw[:, :, i, j] = np.einsum("ngfhw,ngchw->gfc", d, part).reshape(F, Cg)
        dxp[at] += np.einsum("ngfhw,gfc->ngchw", d, w[:, :, i, j].reshape(g, F // g, Cg)).reshape(len(x), g * Cg, oh, ow)
    return dxp[:, :, ph:ph + x.shape[2], pw:pw + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))
