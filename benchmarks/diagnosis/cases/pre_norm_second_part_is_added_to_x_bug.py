import numpy as np


def norm(x, gamma, beta):
    m = x.mean(-1, keepdims=True)
    r = 1 / np.sqrt(((x - m) ** 2).mean(-1, keepdims=True) + 1e-5)
    h = (x - m) * r
    return h * gamma + beta, (h, r, gamma)


def norm_back(d, kept):
    h, r, gamma = kept
    g = d * gamma
    dx = (g - g.mean(-1, keepdims=True) - h * (g * h).mean(-1, keepdims=True)) * r
    return dx, (d * h).sum((0, 1)), d.sum((0, 1))


def attend(x, W, b, Wo, bo, heads, mask):
    N, T, E = x.shape
    qkv = (x @ W + b).reshape(N, T, 3, heads, E // heads).transpose(2, 0, 3, 1, 4)
    q, k, v = qkv
    s = q @ k.swapaxes(-1, -2) * (E // heads) ** -0.5
    if mask is not None:
        s = np.where(mask if mask.ndim == 2 else mask[:, None], s, -1e9)
    e = np.exp(s - s.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    y = (p @ v).swapaxes(1, 2).reshape(N, T, E)
    return (y @ Wo + bo).astype(x.dtype), (x, W, Wo, q, k, v, p, y)


def attend_back(d, kept):
    x, W, Wo, q, k, v, p, y = kept
    N, H, T, h = q.shape
    dWo, dbo = y.reshape(N * T, -1).T @ d.reshape(N * T, -1), d.sum((0, 1))
    dy = (d @ Wo.T).reshape(N, T, H, h).swapaxes(1, 2)
    dp = dy @ v.swapaxes(-1, -2)
    ds = p * (dp - (p * dp).sum(-1, keepdims=True)) * h ** -0.5
    dqkv = np.stack([ds @ k, ds.swapaxes(-1, -2) @ q, p.swapaxes(-1, -2) @ dy])
    dqkv = dqkv.transpose(1, 3, 0, 2, 4).reshape(N, T, -1).astype(x.dtype)
    return dqkv @ W.T, x.reshape(N * T, -1).T @ dqkv.reshape(N * T, -1), dqkv.sum((0, 1)), dWo, dbo


def feed(x, W1, b1, W2, b2):
    h = np.maximum(x @ W1 + b1, 0)
    return h @ W2 + b2, (x, h, W1, W2)


def feed_back(d, kept):
    x, h, W1, W2 = kept
    flat = lambda a: a.reshape(-1, a.shape[-1])
    dh = (d @ W2.T) * (h > 0)
    return dh @ W1.T, flat(x).T @ flat(dh), dh.sum((0, 1)), flat(h).T @ flat(d), d.sum((0, 1))


def pre_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    n1, k1 = norm(x, gamma1, beta1)
    att, k2 = attend(n1, W, b, Wo, bo, heads, mask)
    y = x + att
    n2, k3 = norm(y, gamma2, beta2)
    fed, k4 = feed(n2, W1, b1, W2, b2)
    out = x + fed  # WRONG; right: out = y + fed
    return out, (k1, k2, k3, k4)


def pre_norm_block_backward(dout, cache):
    k1, k2, k3, k4 = cache
    dn2, dW1, db1, dW2, db2 = feed_back(dout, k4)
    dinner, dgamma2, dbeta2 = norm_back(dn2, k3)
    dy = dout + dinner
    dn1, dW, db, dWo, dbo = attend_back(dy, k2)
    dfirst, dgamma1, dbeta1 = norm_back(dn1, k1)
    dx = dy + dfirst
    return dx, dW, db, dWo, dbo, dW1, db1, dW2, db2, dgamma1, dbeta1, dgamma2, dbeta2
