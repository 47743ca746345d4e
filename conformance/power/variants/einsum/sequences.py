"""Recurrent layers and those over time by einsum; the input's products of all steps at once, one-hot words."""

import numpy as np


def half(z):
    """The logistic function by a hyperbolic tangent, which overflows nowhere."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def rnn_step_forward(x, prev_h, wx, wh, b):
    """Input and state side by side, one product."""
    together, weights = np.hstack([x, prev_h]), np.vstack([wx, wh])
    next_h = np.tanh(np.einsum("nk,kh->nh", together, weights) + b)
    return next_h, (together, weights, next_h, x.shape[1])


def rnn_step_backward(dnext_h, cache):
    """One product back, cut in two."""
    together, weights, next_h, inputs = cache
    da = dnext_h * (1 - next_h) * (1 + next_h)
    dtogether, dweights = np.einsum("nh,kh->nk", da, weights), np.einsum("nk,nh->kh", together, da)
    return dtogether[:, :inputs], dtogether[:, inputs:], dweights[:inputs], dweights[inputs:], np.einsum("nh->h", da)


def rnn_forward(x, h0, wx, wh, b):
    """The products with the input before the loop."""
    prepared = np.einsum("ntd,dh->tnh", x, wx) + b
    h = np.zeros((x.shape[1] + 1, *h0.shape), x.dtype)
    h[0] = h0
    for t, each in enumerate(prepared):
        h[t + 1] = np.tanh(each + np.einsum("nj,jh->nh", h[t], wh))
    return h[1:].swapaxes(0, 1).copy(), (x, h, wx, wh)


def rnn_backward(dh, cache):
    """The gradients of all sums in the loop, those of the weights after it."""
    x, h, wx, wh = cache
    da = np.zeros_like(h[1:])
    later = np.zeros_like(h[0])
    for t in reversed(range(len(da))):
        da[t] = (dh[:, t] + later) * (1 - h[t + 1] * h[t + 1])
        later = np.einsum("nh,jh->nj", da[t], wh)
    dx = np.einsum("tnh,dh->ntd", da, wx)
    return dx, later, np.einsum("ntd,tnh->dh", x, da), np.einsum("tnj,tnh->jh", h[:-1], da), da.sum((0, 1))


def lstm_step_forward(x, prev_h, prev_c, wx, wh, b):
    """The four quarters as an axis of their own."""
    quarters = (np.einsum("nd,dk->nk", x, wx) + np.einsum("nj,jk->nk", prev_h, wh) + b).reshape(len(x), 4, -1)
    gates = half(quarters[:, :3])
    candidate = np.tanh(quarters[:, 3])
    next_c = gates[:, 1] * prev_c + gates[:, 0] * candidate
    return gates[:, 2] * np.tanh(next_c), next_c, (x, prev_h, prev_c, wx, wh, gates, candidate, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Gradients of the gates stacked, then through the products."""
    x, prev_h, prev_c, wx, wh, gates, candidate, next_c = cache
    shown = np.tanh(next_c)
    dcell = dnext_h * gates[:, 2] * (1 - shown) * (1 + shown) + dnext_c
    dgates = np.stack([dcell * candidate, dcell * prev_c, dnext_h * shown], axis=1) * gates * (1 - gates)
    dcandidate = dcell * gates[:, 0] * (1 - candidate) * (1 + candidate)
    da = np.concatenate([dgates, dcandidate[:, None]], axis=1).reshape(len(x), -1)
    return (
        np.einsum("nk,dk->nd", da, wx),
        np.einsum("nk,jk->nj", da, wh),
        dcell * gates[:, 1],
        np.einsum("nd,nk->dk", x, da),
        np.einsum("nj,nk->jk", prev_h, da),
        np.einsum("nk->k", da),
    )


def lstm_forward(x, h0, wx, wh, b):
    """Steps, their caches as a tuple."""
    h, c, steps = h0, np.zeros(h0.shape, x.dtype), ()
    out = np.zeros((len(x), x.shape[1], h0.shape[1]), x.dtype)
    for t in range(x.shape[1]):
        h, c, step = lstm_step_forward(x[:, t], h, c, wx, wh, b)
        out[:, t] = h
        steps += (step,)
    return out, steps


def lstm_backward(dh, cache):
    """Steps back; contributions to the weights stacked and summed at the end."""
    dstate, dcell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    each = []
    for t in reversed(range(len(cache))):
        dx, dstate, dcell, *weights = lstm_step_backward(dh[:, t] + dstate, dcell, cache[t])
        each.insert(0, (dx, *weights))
    dx, dwx, dwh, db = zip(*each, strict=True)
    return np.stack(dx, axis=1), dstate, np.stack(dwx).sum(0), np.stack(dwh).sum(0), np.stack(db).sum(0)


def word_embedding_forward(x, w):
    """One-hot rows times W."""
    hot = (x[..., None] == np.arange(len(w))).astype(w.dtype)
    return np.einsum("ntv,vd->ntd", hot, w), hot


def word_embedding_backward(dout, cache):
    """The transposed product."""
    return np.einsum("ntv,ntd->vd", cache, dout)


def temporal_affine_forward(x, w, b):
    """All steps at once."""
    return np.einsum("ntd,dm->ntm", x, w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    """All steps at once."""
    x, w = cache
    return np.einsum("ntm,dm->ntd", dout, w), np.einsum("ntd,ntm->dm", x, dout), np.einsum("ntm->m", dout)


def temporal_softmax_loss(x, y, mask):
    """Log-sum-exp less the right score, weighted."""
    weights = mask.astype(x.dtype) / x.dtype.type(len(x))
    hot = (y[..., None] == np.arange(x.shape[2])).astype(x.dtype)
    largest = x.max(axis=2, keepdims=True)
    total = np.log(np.exp(x - largest).sum(axis=2, keepdims=True)) + largest
    loss = np.einsum("nt,ntv->", weights, (total - x) * hot)
    return loss, weights[..., None] * (np.exp(x - total) - hot)
