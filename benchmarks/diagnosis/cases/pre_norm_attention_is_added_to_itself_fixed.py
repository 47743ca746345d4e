import numpy as np


def layer_norm(x, g, b):
    c = x - x.mean(axis=-1, keepdims=True)
    inv = 1 / np.sqrt((c * c).mean(axis=-1, keepdims=True) + x.dtype.type(1e-5))
    return g * c * inv + b, (c * inv, inv, g)


def layer_norm_grad(d, kept):
    z, inv, g = kept
    e = d * g
    dx = inv * (e - e.mean(axis=-1, keepdims=True) - z * (e * z).mean(axis=-1, keepdims=True))
    return dx, (d * z).sum(axis=(0, 1)), d.sum(axis=(0, 1))


def attention(x, W, b, Wo, bo, heads, mask):
    N, T, E = x.shape
    three = np.moveaxis((x @ W + b).reshape(N, T, 3, heads, E // heads), (2, 3), (0, 2))
    q, k, v = three
    s = np.einsum("nhtd,nhsd->nhts", q, k) / x.dtype.type(np.sqrt(E // heads))
    if mask is not None:
        s = np.where(mask[:, None] if mask.ndim == 3 else mask, s, s.dtype.type(-1e9))
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    p = s / s.sum(axis=-1, keepdims=True)
    y = np.einsum("nhts,nhsd->nthd", p, v).reshape(N, T, E)
    return y @ Wo + bo, (x, W, Wo, q, k, v, p, y)


def attention_grad(d, kept):
    x, W, Wo, q, k, v, p, y = kept
    N, h, T, dim = q.shape
    dy = (d @ Wo.T).reshape(N, T, h, dim)
    dp = np.einsum("nthd,nhsd->nhts", dy, v)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) / x.dtype.type(np.sqrt(dim))
    dq, dk = np.einsum("nhts,nhsd->nthd", ds, k), np.einsum("nhts,nhtd->nshd", ds, q)
    dv = np.einsum("nhts,nthd->nshd", p, dy)
    dw = np.stack((dq, dk, dv), axis=2).reshape(N, T, -1)
    return dw @ W.T, np.einsum("nte,ntf->ef", x, dw), dw.sum(axis=(0, 1)), np.einsum("nte,ntf->ef", y, d), d.sum(axis=(0, 1))


def mlp(x, W1, b1, W2, b2):
    h = np.maximum(x @ W1 + b1, 0)
    return h @ W2 + b2, (x, h, W1, W2)


def mlp_grad(d, kept):
    x, h, W1, W2 = kept
    dh = (d @ W2.T) * (h > 0)
    return (dh @ W1.T, np.einsum("nte,ntf->ef", x, dh), dh.sum(axis=(0, 1)), np.einsum("nte,ntf->ef", h, d),
            d.sum(axis=(0, 1)))


def pre_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    n1, c1 = layer_norm(x, gamma1, beta1)
    a, c2 = attention(n1, W, b, Wo, bo, heads, mask)
    y = x + a
    n2, c3 = layer_norm(y, gamma2, beta2)
    f, c4 = mlp(n2, W1, b1, W2, b2)
    return y + f, (c1, c2, c3, c4)


def pre_norm_block_backward(dout, cache):
    c1, c2, c3, c4 = cache
    dn2, dW1, db1, dW2, db2 = mlp_grad(dout, c4)
    dy, g2, e2 = layer_norm_grad(dn2, c3)
    dy = dy + dout
    dn1, dW, db, dWo, dbo = attention_grad(dy, c2)
    dx, g1, e1 = layer_norm_grad(dn1, c1)
    return dx + dy, dW, db, dWo, dbo, dW1, db1, dW2, db2, g1, e1, g2, e2
