import numpy as np


def _pair(v):
    return (v, v) if np.ndim(v) == 0 else tuple(v)


def _grid(x, w, q):
    (sh, sw), (ph, pw), (dh, dw) = _pair(q["stride"]), _pair(q["pad"]), _pair(q.get("dilation", 1))
    H, W = x.shape[2] + 2 * ph, x.shape[3] + 2 * pw
    KH, KW = w.shape[2:]
    return sh, sw, ph, pw, dh, dw, (H - dh * (KH - 1) - 1) // sh + 1, (W - dw * (KW - 1) - 1) // sw + 1


def conv_forward_extended(x, w, b, conv_param):
    sh, sw, ph, pw, dh, dw, oh, ow = _grid(x, w, conv_param)
    g = conv_param.get("groups", 1)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    N, C = x.shape[:2]
    F, Cg, KH, KW = w.shape
    out = np.zeros((N, F, oh, ow), x.dtype) + b.reshape(1, F, 1, 1)
    for k in range(g):
        f, c = slice(k * F // g, (k + 1) * F // g), slice(k * Cg, (k + 1) * Cg)
        for i in range(KH):
            for j in range(KW):
                part = xp[:, c, i * dh:i * dh + sh * oh:sh, j * dw:j * dw + sw * ow:sw]
                out[:, f] += np.einsum("nchw,fc->nfhw", part, w[f, :, i, j])
    return out, (x, w, conv_param)


def conv_backward_extended(dout, cache):
    x, w, conv_param = cache
    sh, sw, ph, pw, dh, dw, oh, ow = _grid(x, w, conv_param)
    dh, dw = 1, 1  # WRONG; right: pass
    g = conv_param.get("groups", 1)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    F, Cg, KH, KW = w.shape
    dxp, gw = np.zeros_like(xp), np.zeros_like(w)
    for k in range(g):
        f, c = slice(k * F // g, (k + 1) * F // g), slice(k * Cg, (k + 1) * Cg)
        for i in range(KH):
            for j in range(KW):
                at = (slice(None), c, slice(i * dh, i * dh + sh * oh, sh), slice(j * dw, j * dw + sw * ow, sw))
                gw[f, :, i, j] = np.einsum("nfhw,nchw->fc", dout[:, f], xp[at])
                dxp[at] += np.einsum("nfhw,fc->nchw", dout[:, f], w[f, :, i, j])
    return dxp[:, :, ph:ph + x.shape[2], pw:pw + x.shape[3]], gw, dout.sum((0, 2, 3))
