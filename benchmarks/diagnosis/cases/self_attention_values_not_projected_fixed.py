import numpy as np


def heads_of(a, n):
    N, T, E = a.shape
    return a.reshape(N, T, n, E // n).transpose(0, 2, 1, 3)


def joined(a):
    N, n, T, d = a.shape
    return a.transpose(0, 2, 1, 3).reshape(N, T, n * d)


def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
    E = x.shape[-1]
    p = x @ W + b
    q, k, v = (heads_of(p[..., j * E:(j + 1) * E], heads) for j in range(3))
    s = q @ k.transpose(0, 1, 3, 2) / x.dtype.type(np.sqrt(E // heads))
    if mask is not None:
        m = mask if mask.ndim == 2 else mask[:, None]
        s = np.where(m, s, -np.inf)
    a = np.exp(s - s.max(axis=-1, keepdims=True))
    a /= a.sum(axis=-1, keepdims=True)
    y = joined(a @ v)
    return y @ Wo + bo, (x, W, Wo, heads, q, k, v, a, y)


def self_attention_backward(dout, cache):
    x, W, Wo, heads, q, k, v, a, y = cache
    E = x.shape[-1]
    dy = heads_of(dout @ Wo.T, heads)
    da = dy @ v.transpose(0, 1, 3, 2)
    ds = a * (da - (a * da).sum(axis=-1, keepdims=True)) / x.dtype.type(np.sqrt(E // heads))
    dp = np.concatenate([joined(g) for g in (ds @ k, ds.transpose(0, 1, 3, 2) @ q, a.transpose(0, 1, 3, 2) @ dy)], axis=2)
    dW = np.einsum("nte,ntf->ef", x, dp)
    return dp @ W.T, dW, dp.sum((0, 1)), np.einsum("nte,ntf->ef", y, dout), dout.sum((0, 1))
