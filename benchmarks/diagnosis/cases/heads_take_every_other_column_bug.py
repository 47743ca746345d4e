import numpy as np


def split(a, heads):
    n, t, e = a.shape
    return a.reshape(n, t, e // heads, heads).transpose(0, 3, 1, 2)  # WRONG; right: return a.reshape(n, t, heads, e // heads).transpose(0, 2, 1, 3)


def join(a):
    n, h, t, d = a.shape
    return a.transpose(0, 2, 3, 1).reshape(n, t, h * d)  # WRONG; right: return a.transpose(0, 2, 1, 3).reshape(n, t, h * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    p = {"q": split(q.dot(Wq) + bq, heads), "k": split(k.dot(Wk) + bk, heads), "v": split(v.dot(Wv) + bv, heads)}
    s = p["q"] @ np.swapaxes(p["k"], 2, 3) / np.sqrt(p["q"].shape[3])
    if mask is not None:
        s = np.where(np.expand_dims(mask, -3), s, -np.inf)
    s = s - s.max(axis=-1, keepdims=True)
    a = np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True)
    y = join(a @ p["v"])
    return y.dot(Wo) + bo, (q, k, v, Wq, Wk, Wv, Wo, p, a, y, heads)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, p, a, y, heads = cache
    grad = lambda left, right: np.tensordot(left, right, ([0, 1], [0, 1]))
    d = split(dout.dot(Wo.T), heads)
    da = d @ np.swapaxes(p["v"], 2, 3)
    ds = (da - (da * a).sum(axis=-1, keepdims=True)) * a / np.sqrt(p["q"].shape[3])
    dq, dk, dv = join(ds @ p["k"]), join(np.swapaxes(ds, 2, 3) @ p["q"]), join(np.swapaxes(a, 2, 3) @ d)
    bias = lambda g: g.sum(axis=0).sum(axis=0)
    return (dq.dot(Wq.T), dk.dot(Wk.T), dv.dot(Wv.T), grad(q, dq), grad(k, dk), grad(v, dv), grad(y, dout),
            bias(dq), bias(dk), bias(dv), bias(dout))
