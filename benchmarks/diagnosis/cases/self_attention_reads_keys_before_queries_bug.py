import numpy as np


def heads_of(a, h):
    N, T, E = a.shape
    return a.reshape(N, T, h, E // h).transpose(0, 2, 1, 3)


def together(a):
    N, h, T, d = a.shape
    return a.transpose(0, 2, 1, 3).reshape(N, T, h * d)


def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
    E = x.shape[2]
    p = x @ W + b
    k, q, v = (heads_of(p[..., i * E:(i + 1) * E], heads) for i in range(3))  # WRONG; right: q, k, v = (heads_of(p[..., i * E:(i + 1) * E], heads) for i in range(3))
    s = q @ k.transpose(0, 1, 3, 2) * (E // heads) ** -0.5
    if mask is not None:
        s = np.where(mask if mask.ndim == 2 else mask[:, None], s, -np.inf)
    w = np.exp(s - s.max(-1, keepdims=True))
    w = w / w.sum(-1, keepdims=True)
    y = together(w @ v)
    return y @ Wo + bo, (x, W, Wo, q, k, v, w, y, heads)


def self_attention_backward(dout, cache):
    x, W, Wo, q, k, v, w, y, heads = cache
    dy = heads_of(dout @ Wo.T, heads)
    dw = dy @ v.transpose(0, 1, 3, 2)
    ds = w * (dw - (dw * w).sum(-1, keepdims=True)) * q.shape[-1] ** -0.5
    parts = [ds @ k, ds.transpose(0, 1, 3, 2) @ q, w.transpose(0, 1, 3, 2) @ dy]
    dp = np.concatenate([together(a) for a in parts], axis=-1)
    grad = lambda a, d: np.einsum("nti,ntj->ij", a, d)
    return dp @ W.T, grad(x, dp), dp.sum((0, 1)), grad(y, dout), dout.sum((0, 1))
