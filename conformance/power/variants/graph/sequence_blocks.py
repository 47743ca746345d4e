"""A transformer's block as a chain of nodes that knows how to walk back; directions and positions."""

import numpy as np
from attention import multi_head_attention_backward, multi_head_attention_forward
from layers import layernorm_backward, layernorm_forward
from layers_beside import feed_forward_backward, feed_forward_forward
from sequences import lstm_backward, lstm_forward, rnn_backward, rnn_forward


def self_attention_forward(x, w, b, wo, bo, heads, mask=None):
    """Projections from the packed matrix, column by column."""
    e = x.shape[2]
    ws, bs = np.hsplit(w, [e, 2 * e]), np.split(b, [e, 2 * e])
    return multi_head_attention_forward(x, x, x, ws[0], ws[1], ws[2], wo, bs[0], bs[1], bs[2], bo, heads, mask)


def self_attention_backward(dout, cache):
    """Three paths meet in x."""
    back = multi_head_attention_backward(dout, cache)
    dx = np.add(np.add(back[0], back[1]), back[2])
    return dx, np.hstack(back[3:6]), np.hstack(back[7:10]), back[6], back[10]


class Node:
    """One layer and its backward; ``beside`` adds what it was given."""

    def __init__(self, forward, backward, *given, beside=False):
        self.forward, self.back, self.given, self.beside = forward, backward, given, beside

    def run(self, x):
        """There."""
        out, self.cache = self.forward(x, *self.given)
        return x + out if self.beside else out

    def walk(self, d):
        """And back: what goes on, and the gradients of what it was given."""
        dx, *gradients = self.back(d, self.cache)
        return (d + dx if self.beside else dx), gradients


class Chain:
    """Nodes one after the other."""

    def __init__(self, *nodes):
        self.nodes = nodes

    def forward(self, x):
        """There."""
        for node in self.nodes:
            x = node.run(x)
        return x, self

    def backward(self, d, _cache):
        """And back; the gradients in the order of the nodes."""
        gradients = []
        for node in reversed(self.nodes):
            d, own = node.walk(d)
            gradients = [*own, *gradients]
        return (d, *gradients)


def normal_forward(x, gamma, beta):
    """All places as rows."""
    out, cache = layernorm_forward(x.reshape(-1, x.shape[2]), gamma, beta, {})
    return out.reshape(x.shape), cache


def normal_backward(d, cache):
    """Likewise."""
    dx, dgamma, dbeta = layernorm_backward(d.reshape(-1, d.shape[2]), cache)
    return dx.reshape(d.shape), dgamma, dbeta


def nodes_of(given, heads, mask):
    """Attention, the fed part and both normalizations, none beside anything."""
    attention = Node(self_attention_forward, self_attention_backward, *given[:4], heads, mask)
    feed = Node(feed_forward_forward, feed_forward_backward, *given[4:8])
    norms = [Node(normal_forward, normal_backward, *given[at : at + 2]) for at in (8, 10)]
    return attention, feed, norms


def pre_norm_block_forward(x, *given):
    """Two chains of two, each beside x."""
    *parameters, heads, mask = given if len(given) == 14 else (*given, None)
    attention, feed, norms = nodes_of(parameters, heads, mask)
    parts = [Chain(norms[0], attention), Chain(norms[1], feed)]
    whole = Chain(*(Node(part.forward, part.backward, beside=True) for part in parts))
    return whole.forward(x)


def pre_norm_block_backward(dout, whole):
    """The gradients put in order."""
    dx, *g = whole.backward(dout, None)
    norm1, attended, norm2, fed = g[:2], g[2:6], g[6:8], g[8:]
    return (dx, *attended, *fed, *norm1, *norm2)


def post_norm_block_forward(x, *given):
    """A chain of four, two of them beside what they get."""
    *parameters, heads, mask = given if len(given) == 14 else (*given, None)
    attention, feed, norms = nodes_of(parameters, heads, mask)
    attention.beside = feed.beside = True
    return Chain(attention, norms[0], feed, norms[1]).forward(x)


def post_norm_block_backward(dout, whole):
    """The gradients put in order."""
    dx, *g = whole.backward(dout, None)
    return (dx, *g[:4], *g[6:10], *g[4:6], *g[10:])


def read_in_both(layer, x, h0, wx, wh, b):
    """One copy of the sequence is turned round."""
    round_about = np.arange(x.shape[1])[::-1]
    there, cache = layer(x, h0[0], wx[0], wh[0], b[0])
    back, cache_back = layer(np.take(x, round_about, axis=1), h0[1], wx[1], wh[1], b[1])
    return np.dstack([there, np.take(back, round_about, axis=1)]), (cache, cache_back, round_about)


def walk_both(layer, dh, cache):
    """Likewise."""
    there, back, round_about = cache
    dthere, dback = np.array_split(dh, 2, axis=2)
    dx, *one = layer(dthere, there)
    dx_back, *two = layer(np.take(dback, round_about, axis=1), back)
    return (np.add(dx, np.take(dx_back, round_about, axis=1)), *(np.stack(each) for each in zip(one, two, strict=True)))


def bidirectional_rnn_forward(x, h0, wx, wh, b):
    """Of the vanilla cell."""
    return read_in_both(rnn_forward, x, h0, wx, wh, b)


def bidirectional_rnn_backward(dh, cache):
    """Likewise."""
    return walk_both(rnn_backward, dh, cache)


def bidirectional_lstm_forward(x, h0, wx, wh, b):
    """Of the cell with gates."""
    return read_in_both(lstm_forward, x, h0, wx, wh, b)


def bidirectional_lstm_backward(dh, cache):
    """Likewise."""
    return walk_both(lstm_backward, dh, cache)


def learned_positions_forward(x, w):
    """Looked up by a range of words."""
    places = np.arange(x.shape[1])
    return np.add(x, w[places]), (places, w)


def learned_positions_backward(dout, cache):
    """Added at its place, sample after sample."""
    places, w = cache
    dw = np.zeros_like(w)
    for each in dout:
        np.add.at(dw, places, each)
    return np.array(dout), dw
