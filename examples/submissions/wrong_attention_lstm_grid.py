"""
Attention over a grid of features (N, H, 4, 4), and an LSTM that looks at it at every step.
"""
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def dot_product_attention_forward(prev_h, A):
    N, H, D_a, _ = A.shape
    places = A.reshape(N, H, D_a * D_a)
    scores = np.einsum('nh,nhp->np', prev_h, places) / H ** 0.5
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    attn = np.einsum('nhp,np->nh', places, weights)
    return attn, weights.reshape(N, D_a, D_a), (prev_h, A, places, weights)


def dot_product_attention_backward(dattn, cache):
    prev_h, A, places, weights = cache
    dA = dattn[:, :, None] * weights[:, None, :]
    dweights = np.einsum('nh,nhp->np', dattn, places)
    dscores = weights * (dweights - (dweights * weights).sum(axis=1, keepdims=True)) / A.shape[1] ** 0.5
    dprev_h = np.einsum('nhp,np->nh', places, dscores)
    return dprev_h, dA.reshape(A.shape)


def attention_lstm_step_forward(x, prev_h, prev_c, attn, Wx, Wh, Wattn, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + attn.dot(Wattn) + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H]), sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, tanh_c)


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, tanh_c = cache
    dc = dnext_c + dnext_h * o * (1 - tanh_c ** 2)
    da = np.hstack([
        dc * g * i * (1 - i),
        dc * prev_c * f * (1 - f),
        dnext_h * tanh_c * o * (1 - o),
        dc * i * (1 - g ** 2),
    ])
    dx, dprev_h, dattn = (da.dot(W.T) for W in (Wx, Wh, Wattn))
    dWx, dWh, dWattn = (each.T.dot(da) for each in (x, prev_h, attn))
    return dx, dprev_h, dc * f, dattn, dWx, dWh, dWattn, da.sum(axis=0)


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    h, cache = [], []
    prev_h = prev_c = A.mean(axis=(2, 3))
    for t in range(x.shape[1]):
        attn, _, looked = dot_product_attention_forward(prev_h, A)
        prev_h, prev_c, step = attention_lstm_step_forward(x[:, t], prev_h, prev_c, attn, Wx, Wh, Wattn, b)
        h.append(prev_h)
        cache.append((looked, step))
    return np.stack(h, axis=1), (A, cache)


def attention_lstm_backward(dh, cache):
    A, steps = cache
    dx, dA, sums = [], np.zeros_like(A), [0, 0, 0, 0]
    dprev_h = np.zeros_like(dh[:, 0])
    dprev_c = np.zeros_like(dprev_h)
    for looked, step in reversed(steps):
        t = len(steps) - len(dx) - 1
        dx_t, dprev_h, dprev_c, dattn, *grads = attention_lstm_step_backward(dh[:, t] + dprev_h, dprev_c, step)
        dlooked, dA_t = dot_product_attention_backward(dattn, looked)
        dprev_h = dprev_h + dlooked
        dA += dA_t
        dx.insert(0, dx_t)
        sums = [total + grad for total, grad in zip(sums, grads)]
    dA += (dprev_h + dprev_c)[:, :, None, None] / (A.shape[2] * A.shape[3])
    return (np.stack(dx, axis=1), dA, *sums)
