import numpy as np


def pair(v):
    return (v, v) if np.isscalar(v) else tuple(v)


def layout(x, w, param):
    (sh, sw), (ph, pw) = pair(param["stride"]), pair(param["pad"])
    dh, dw = pair(param.get("dilation", 1))
    kh, kw = w.shape[2:]
    span_h, span_w = kh * dh, kw * dw  # WRONG; right: span_h, span_w = (kh - 1) * dh + 1, (kw - 1) * dw + 1
    oh = (x.shape[2] + 2 * ph - span_h) // sh + 1
    ow = (x.shape[3] + 2 * pw - span_w) // sw + 1
    taps = [(i, j, slice(i * dh, i * dh + (oh - 1) * sh + 1, sh), slice(j * dw, j * dw + (ow - 1) * sw + 1, sw))
            for i in range(kh) for j in range(kw)]
    return (oh, ow), (ph, pw), taps, param.get("groups", 1)


def conv_forward_extended(x, w, b, conv_param):
    (oh, ow), (ph, pw), taps, G = layout(x, w, conv_param)
    N, F = len(x), len(w)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    grouped, kernels = xp.reshape(N, G, -1, *xp.shape[2:]), w.reshape(G, F // G, *w.shape[1:])
    out = np.zeros((N, G, F // G, oh, ow), x.dtype)
    for i, j, r, c in taps:
        out += np.einsum("ngchw,gfc->ngfhw", grouped[..., r, c], kernels[..., i, j])
    return out.reshape(N, F, oh, ow) + b[:, None, None], (x, w, conv_param)


def conv_backward_extended(dout, cache):
    x, w, conv_param = cache
    (oh, ow), (ph, pw), taps, G = layout(x, w, conv_param)
    N, F = len(x), len(w)
    xp = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    grouped, kernels = xp.reshape(N, G, -1, *xp.shape[2:]), w.reshape(G, F // G, *w.shape[1:])
    d = dout.reshape(N, G, F // G, oh, ow)
    dxp, dk = np.zeros_like(grouped), np.zeros_like(kernels)
    for i, j, r, c in taps:
        dk[..., i, j] = np.einsum("ngfhw,ngchw->gfc", d, grouped[..., r, c])
        dxp[..., r, c] += np.einsum("ngfhw,gfc->ngchw", d, kernels[..., i, j])
    dxp = dxp.reshape(xp.shape)
    return dxp[:, :, ph:ph + x.shape[2], pw:pw + x.shape[3]], dk.reshape(w.shape), dout.sum(axis=(0, 2, 3))
