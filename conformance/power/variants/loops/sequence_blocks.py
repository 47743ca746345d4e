"""A transformer's block one sample after the other, two directions step by step, and rows of positions."""

import numpy as np
from attention import multi_head_attention_backward, multi_head_attention_forward
from layers import layernorm_backward, layernorm_forward
from layers_beside import feed_forward_backward, feed_forward_forward
from sequences import lstm_backward, lstm_forward, rnn_backward, rnn_forward


def of_sample(mask, n):
    """A mask of all, or the sample's own."""
    return mask if mask is None or mask.ndim == 2 else mask[n : n + 1]


def self_attention_forward(x, w, b, wo, bo, heads, mask=None):
    """Sample by sample."""
    e = x.shape[2]
    parts = [slice(i * e, (i + 1) * e) for i in range(3)]
    out, caches = np.zeros_like(x), []
    for n in range(len(x)):
        one = x[n : n + 1]
        weights, biases = [w[:, part] for part in parts], [b[part] for part in parts]
        out[n], cache = multi_head_attention_forward(
            one, one, one, *weights, wo, *biases, bo, heads, of_sample(mask, n)
        )
        caches.append(cache)
    return out, (caches, x)


def self_attention_backward(dout, cache):
    """Sample by sample, the gradients of the parameters added up."""
    caches, x = cache
    e = x.shape[2]
    dx, dw, db = np.zeros_like(x), np.zeros((e, 3 * e), x.dtype), np.zeros(3 * e, x.dtype)
    dwo, dbo = np.zeros((e, e), x.dtype), np.zeros(e, x.dtype)
    for n, kept in enumerate(caches):
        back = multi_head_attention_backward(dout[n : n + 1], kept)
        for i in range(3):
            dx[n] += back[i][0]
            dw[:, i * e : (i + 1) * e] += back[3 + i]
            db[i * e : (i + 1) * e] += back[7 + i]
        dwo += back[6]
        dbo += back[10]
    return dx, dw, db, dwo, dbo


def rowwise(x, gamma, beta):
    """Normalized place by place."""
    out, cache = layernorm_forward(x.reshape(-1, x.shape[-1]), gamma, beta, {})
    return out.reshape(x.shape), cache


def rowwise_back(d, cache):
    """Likewise."""
    dx, dgamma, dbeta = layernorm_backward(d.reshape(-1, d.shape[-1]), cache)
    return dx.reshape(d.shape), dgamma, dbeta


def pre_norm_block_forward(x, w, b, wo, bo, w1, b1, w2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    """Normalized before each part."""
    a, first = rowwise(x, gamma1, beta1)
    a, second = self_attention_forward(a, w, b, wo, bo, heads, mask)
    a = a + x
    f, third = rowwise(a, gamma2, beta2)
    f, fourth = feed_forward_forward(f, w1, b1, w2, b2)
    return f + a, (first, second, third, fourth)


def pre_norm_block_backward(dout, cache):
    """From the last to the first."""
    d, *fed = feed_forward_backward(dout, cache[3])
    d, *norm2 = rowwise_back(d, cache[2])
    upper = d + dout
    d, *attended = self_attention_backward(upper, cache[1])
    d, *norm1 = rowwise_back(d, cache[0])
    return (d + upper, *attended, *fed, *norm1, *norm2)


def post_norm_block_forward(x, w, b, wo, bo, w1, b1, w2, b2, gamma1, beta1, gamma2, beta2, heads, mask=None):
    """Normalized after each part."""
    a, first = self_attention_forward(x, w, b, wo, bo, heads, mask)
    a, second = rowwise(a + x, gamma1, beta1)
    f, third = feed_forward_forward(a, w1, b1, w2, b2)
    out, fourth = rowwise(f + a, gamma2, beta2)
    return out, (first, second, third, fourth)


def post_norm_block_backward(dout, cache):
    """From the last to the first."""
    upper, *norm2 = rowwise_back(dout, cache[3])
    d, *fed = feed_forward_backward(upper, cache[2])
    lower, *norm1 = rowwise_back(d + upper, cache[1])
    d, *attended = self_attention_backward(lower, cache[0])
    return (d + lower, *attended, *fed, *norm1, *norm2)


def turned_round(x):
    """The last step first."""
    out = np.zeros_like(x)
    for t in range(x.shape[1]):
        out[:, t] = x[:, x.shape[1] - 1 - t]
    return out


def bidirectional_rnn_forward(x, h0, wx, wh, b, layer=rnn_forward):
    """Both, each into its half."""
    units = h0.shape[2]
    h = np.zeros((*x.shape[:2], 2 * units), x.dtype)
    h[:, :, :units], one = layer(x, h0[0], wx[0], wh[0], b[0])
    other, two = layer(turned_round(x), h0[1], wx[1], wh[1], b[1])
    h[:, :, units:] = turned_round(other)
    return h, (one, two)


def bidirectional_rnn_backward(dh, cache, layer=rnn_backward):
    """Both, each from its half."""
    units = dh.shape[2] // 2
    one = layer(dh[:, :, :units], cache[0])
    two = layer(turned_round(dh[:, :, units:]), cache[1])
    return (turned_round(two[0]) + one[0], *(np.array(both) for both in zip(one[1:], two[1:], strict=True)))


def bidirectional_lstm_forward(x, h0, wx, wh, b):
    """The same of another cell."""
    return bidirectional_rnn_forward(x, h0, wx, wh, b, lstm_forward)


def bidirectional_lstm_backward(dh, cache):
    """Likewise."""
    return bidirectional_rnn_backward(dh, cache, lstm_backward)


def learned_positions_forward(x, w):
    """Place by place."""
    out = np.zeros_like(x)
    for n, t in np.ndindex(x.shape[:2]):
        out[n, t] = x[n, t] + w[t]
    return out, w


def learned_positions_backward(dout, w):
    """Every place adds to its row."""
    dw = np.zeros_like(w)
    for n, t in np.ndindex(dout.shape[:2]):
        dw[t] += dout[n, t]
    return dout + 0, dw
