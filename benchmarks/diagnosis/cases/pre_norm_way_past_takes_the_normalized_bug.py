import numpy as np


def norm(x, gamma, beta):
    c = x - x.mean(-1, keepdims=True)
    s = 1 / np.sqrt((c * c).mean(-1, keepdims=True) + x.dtype.type(1e-5))
    return gamma * c * s + beta, (c * s, s, gamma)


def norm_back(d, kept):
    h, s, gamma = kept
    rows = (0, 1)
    g = d * gamma
    dx = s * (g - g.mean(-1, keepdims=True) - h * (g * h).mean(-1, keepdims=True))
    return dx, (d * h).sum(rows), d.sum(rows)


def attend(x, W, b, Wo, bo, heads, mask):
    N, T, E = x.shape
    qkv = (x @ W + b).reshape(N, T, 3, heads, E // heads).transpose(2, 0, 3, 1, 4)
    q, k, v = qkv
    s = q @ k.swapaxes(2, 3) / np.sqrt(E // heads).astype(x.dtype)
    if mask is not None:
        s = np.where(mask if mask.ndim == 2 else mask[:, None], s, -np.inf)
    e = np.exp(s - s.max(-1, keepdims=True))
    a = e / e.sum(-1, keepdims=True)
    y = (a @ v).swapaxes(1, 2).reshape(N, T, E)
    return y @ Wo + bo, (x, W, Wo, q, k, v, a, y)


def outer(a, d):
    return a.reshape(-1, a.shape[-1]).T @ d.reshape(-1, d.shape[-1])


def attend_back(d, kept):
    x, W, Wo, q, k, v, a, y = kept
    N, heads, T, w = q.shape
    dWo, dbo = outer(y, d), d.sum((0, 1))
    dy = (d @ Wo.T).reshape(N, T, heads, w).swapaxes(1, 2)
    da = dy @ v.swapaxes(2, 3)
    ds = a * (da - (da * a).sum(-1, keepdims=True)) / np.sqrt(w).astype(x.dtype)
    parts = np.stack([ds @ k, ds.swapaxes(2, 3) @ q, a.swapaxes(2, 3) @ dy])
    dqkv = parts.transpose(1, 3, 0, 2, 4).reshape(N, T, 3 * heads * w)
    return dqkv @ W.T, outer(x, dqkv), dqkv.sum((0, 1)), dWo, dbo


def mlp(x, W1, b1, W2, b2):
    h = np.maximum(0, x @ W1 + b1)
    return h @ W2 + b2, (x, h, W1, W2)


def mlp_back(d, kept):
    x, h, W1, W2 = kept
    dh = (d @ W2.T) * (h > 0)
    return dh @ W1.T, outer(x, dh), dh.sum((0, 1)), outer(h, d), d.sum((0, 1))


def pre_norm_block_forward(x, W, b, Wo, bo, W1, b1, W2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    n1, c1 = norm(x, gamma1, beta1)
    att, c2 = attend(n1, W, b, Wo, bo, heads, mask)
    y = n1 + att  # WRONG; right: y = x + att
    n2, c3 = norm(y, gamma2, beta2)
    out, c4 = mlp(n2, W1, b1, W2, b2)
    return out + y, (c1, c2, c3, c4)


def pre_norm_block_backward(dout, cache):
    c1, c2, c3, c4 = cache
    dn2, dW1, db1, dW2, db2 = mlp_back(dout, c4)
    dy, dgamma2, dbeta2 = norm_back(dn2, c3)
    dy = dy + dout
    dn1, dW, db, dWo, dbo = attend_back(dy, c2)
    dx, dgamma1, dbeta1 = norm_back(dn1 + dy, c1)  # WRONG; right: dx, dgamma1, dbeta1 = norm_back(dn1, c1)
    return dx, dW, db, dWo, dbo, dW1, db1, dW2, db2, dgamma1, dbeta1, dgamma2, dbeta2  # WRONG; right: return dx + dy, dW, db, dWo, dbo, dW1, db1, dW2, db2, dgamma1, dbeta1, dgamma2, dbeta2
