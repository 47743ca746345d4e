import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    N, T, E = q.shape
    S = k.shape[1]
    d = E // heads
    Q = (q @ Wq + bq).reshape(N, heads, T, d)
    K = (k @ Wk + bk).reshape(N, heads, S, d)
    V = (v @ Wv + bv).reshape(N, heads, S, d)
    scores = Q @ K.swapaxes(2, 3) / np.sqrt(d).astype(q.dtype)
    if mask is not None:
        scores = np.where(mask if mask.ndim == 2 else mask[:, None], scores, -np.inf)
    A = softmax(scores)
    Y = (A @ V).reshape(N, T, E)
    return Y @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y = cache
    N, T, E = q.shape
    d = Q.shape[-1]
    dbo = dout.sum(axis=(0, 1))
    dWo = Y.reshape(-1, E).T @ dout.reshape(-1, E)
    dheads = (dout @ Wo.T).reshape(Q.shape)
    dA = dheads @ V.swapaxes(2, 3)
    dV = A.swapaxes(2, 3) @ dheads
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True)) / np.sqrt(d).astype(q.dtype)
    dQ, dK, dV = (dS @ K).reshape(q.shape), (dS.swapaxes(2, 3) @ Q).reshape(k.shape), dV.reshape(v.shape)
    flat = lambda a: a.reshape(-1, E)
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, flat(q).T @ flat(dQ), flat(k).T @ flat(dK), flat(v).T @ flat(dV), dWo,
            flat(dQ).sum(0), flat(dK).sum(0), flat(dV).sum(0), dbo)
