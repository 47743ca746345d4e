"""A transformer's block with one product for queries, keys and values; both directions as one stack; positions."""

import numpy as np
from sequences import lstm_backward, lstm_forward, rnn_backward, rnn_forward


def shares(scores):
    """Each row of them adds up to 1."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def self_attention_forward(x, w, b, wo, bo, heads, mask=None):
    """q, k and v as the first axis of one array (3, N, heads, T, width)."""
    n, t, e = x.shape
    qkv = np.einsum("nte,ef->ntf", x, w) + b
    q, k, v = qkv.reshape(n, t, 3, heads, e // heads).transpose(2, 0, 3, 1, 4)
    scores = np.einsum("nhtd,nhsd->nhts", q, k) * x.dtype.type((heads / e) ** 0.5)
    if mask is not None:
        seen = np.broadcast_to(mask, (n, t, t))[:, None]
        scores = np.where(seen, scores, x.dtype.type(-1e30))
    a = shares(scores)
    mixed = np.einsum("nhts,nhsd->nthd", a, v).reshape(n, t, e)
    return np.einsum("nte,ef->ntf", mixed, wo) + bo, (x, w, wo, q, k, v, a, mixed)


def self_attention_backward(dout, cache):
    """One array of gradients of q, k and v."""
    x, w, wo, q, k, v, a, mixed = cache
    n, h, t, d = q.shape
    dmixed = np.einsum("ntf,ef->nte", dout, wo).reshape(n, t, h, d)
    da = np.einsum("nthd,nhsd->nhts", dmixed, v)
    ds = a * (da - np.einsum("nhts,nhts->nht", a, da)[..., None]) * x.dtype.type(d**-0.5)
    dqkv = [
        np.einsum("nhts,nhsd->nthd", ds, k),
        np.einsum("nhts,nhtd->nshd", ds, q),
        np.einsum("nhts,nthd->nshd", a, dmixed),
    ]
    joined = np.stack(dqkv, axis=2).reshape(n, t, -1)
    dw, dwo = np.einsum("nte,ntf->ef", x, joined), np.einsum("nte,ntf->ef", mixed, dout)
    return np.einsum("ntf,ef->nte", joined, w), dw, joined.sum((0, 1)), dwo, dout.sum((0, 1))


def norm(x, gamma, beta):
    """By the centred values' mean square."""
    centred = x - x.mean(axis=-1, keepdims=True)
    root = np.sqrt(np.einsum("nte,nte->nt", centred, centred)[..., None] / x.shape[-1] + x.dtype.type(1e-5))
    unit = centred / root
    return gamma * unit + beta, (unit, root, gamma)


def norm_back(d, cache):
    """In one line."""
    unit, root, gamma = cache
    g = d * gamma
    along = np.einsum("nte,nte->nt", g, unit)[..., None] / g.shape[-1]
    dx = (g - g.mean(axis=-1, keepdims=True) - unit * along) / root
    return dx, np.einsum("nte,nte->e", d, unit), d.sum((0, 1))


def fed(x, w1, b1, w2, b2):
    """The hidden layer clipped from below."""
    hidden = np.clip(np.einsum("nte,ef->ntf", x, w1) + b1, 0, None)
    return np.einsum("ntf,fe->nte", hidden, w2) + b2, (x, hidden, w1, w2)


def fed_back(d, cache):
    """Only what was positive."""
    x, hidden, w1, w2 = cache
    dhidden = np.where(hidden > 0, np.einsum("nte,fe->ntf", d, w2), 0)
    dw1, dw2 = np.einsum("nte,ntf->ef", x, dhidden), np.einsum("ntf,nte->fe", hidden, d)
    return np.einsum("ntf,ef->nte", dhidden, w1), dw1, dhidden.sum((0, 1)), dw2, d.sum((0, 1))


def pre_norm_block_forward(x, w, b, wo, bo, w1, b1, w2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    """Two residual parts."""
    unit, c1 = norm(x, gamma1, beta1)
    attended, c2 = self_attention_forward(unit, w, b, wo, bo, heads, mask)
    y = x + attended
    unit, c3 = norm(y, gamma2, beta2)
    more, c4 = fed(unit, w1, b1, w2, b2)
    return y + more, (c1, c2, c3, c4)


def pre_norm_block_backward(dout, cache):
    """Both ways join twice."""
    c1, c2, c3, c4 = cache
    dunit, *g4 = fed_back(dout, c4)
    through, *g3 = norm_back(dunit, c3)
    dy = dout + through
    dunit, *g2 = self_attention_backward(dy, c2)
    through, *g1 = norm_back(dunit, c1)
    return (dy + through, *g2, *g4, *g1, *g3)


def post_norm_block_forward(x, w, b, wo, bo, w1, b1, w2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    """Two sums, each normalized."""
    attended, c1 = self_attention_forward(x, w, b, wo, bo, heads, mask)
    y, c2 = norm(x + attended, gamma1, beta1)
    more, c3 = fed(y, w1, b1, w2, b2)
    out, c4 = norm(y + more, gamma2, beta2)
    return out, (c1, c2, c3, c4)


def post_norm_block_backward(dout, cache):
    """Likewise."""
    c1, c2, c3, c4 = cache
    dsum, *g4 = norm_back(dout, c4)
    dy, *g3 = fed_back(dsum, c3)
    dsum, *g2 = norm_back(dy + dsum, c2)
    dx, *g1 = self_attention_backward(dsum, c1)
    return (dx + dsum, *g1, *g3, *g2, *g4)


def both_ways(layer, x, h0, *weights):
    """A list of two directions."""
    pairs = [layer(x[:, ::step], h0[way], *(w[way] for w in weights)) for way, step in enumerate((1, -1))]
    return np.concatenate([pairs[0][0], np.flip(pairs[1][0], 1)], axis=-1), [cache for _, cache in pairs]


def both_ways_back(layer, dh, caches):
    """The gradients of each, stacked."""
    halves = dh.reshape(*dh.shape[:2], 2, -1)
    there, back = layer(halves[:, :, 0], caches[0]), layer(np.flip(halves[:, :, 1], 1), caches[1])
    return (there[0] + np.flip(back[0], 1), *map(np.stack, zip(there[1:], back[1:], strict=True)))


def bidirectional_rnn_forward(x, h0, wx, wh, b):
    """Of the vanilla cell."""
    return both_ways(rnn_forward, x, h0, wx, wh, b)


def bidirectional_rnn_backward(dh, cache):
    """Likewise."""
    return both_ways_back(rnn_backward, dh, cache)


def bidirectional_lstm_forward(x, h0, wx, wh, b):
    """Of the cell with gates."""
    return both_ways(lstm_forward, x, h0, wx, wh, b)


def bidirectional_lstm_backward(dh, cache):
    """Likewise."""
    return both_ways_back(lstm_backward, dh, cache)


def learned_positions_forward(x, w):
    """By a selection of rows that is a product."""
    select = np.eye(x.shape[1], len(w), dtype=x.dtype)
    return x + np.einsum("tl,ld->td", select, w), select


def learned_positions_backward(dout, select):
    """The product turned round."""
    return dout.copy(), np.einsum("tl,ntd->ld", select, dout)
