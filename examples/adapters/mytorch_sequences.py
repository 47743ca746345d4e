"""An adapter: CMU 11-785's mytorch, homeworks 3 and 4: recurrent cells, softmax, attention alone and in several heads.

``RNNCell(in, hidden)`` has W_ih, W_hh, b_ih, b_hh; ``backward(delta, h_t, h_prev_l, h_prev_t)`` adds to dW_ih and so on
what are means over the batch. ``GRUCell`` takes one sample, and its ``backward(delta)`` gives dx and dh. Both have
``init_weights``. ``Softmax(dim)``; ``ScaledDotProductAttention`` and ``MultiHeadAttention(embed_dim, num_heads)`` keep
weights (out, in) and gradients in ``q_proj.dLdW``. Their masks are true where a query may not look, which is a
convention to declare; both masks are always given, as the course does.

    gradproof check mytorch --adapter examples/adapters/mytorch_sequences.py --dialect attention_mask=drop

Since 2021 the reset gate acts after the product and the update gate keeps the old state, which is the default; before,
``gru_reset=before,gru_update=takes``. Accumulated gradients and single samples cannot be declared by ``gp.style``.
"""

import numpy as np
import submission

PROJECTIONS = {"q": "q_proj", "k": "k_proj", "v": "v_proj", "o": "out_proj"}


def flat(array):
    """(1, n) or (n, 1) as (n,)."""
    return np.reshape(array, -1) if np.ndim(array) == 2 and 1 in np.shape(array) else array


def both(one, other):
    """The gradient of two biases that are added: each has the same, so their mean has it too."""
    return (one + other) / 2


if hasattr(submission, "RNNCell"):

    def rnn_step_forward(x, prev_h, Wx, Wh, b):
        """A new cell, one of whose biases is 0."""
        cell = submission.RNNCell(*Wx.shape)
        cell.init_weights(Wx.T, Wh.T, b, np.zeros_like(b))
        cell.zero_grad()
        h_t = cell.forward(x, prev_h)
        return h_t, (cell, h_t, x, prev_h)

    def rnn_step_backward(dnext_h, cache):
        """Means over the batch as sums. A backward twice adds up, so it starts from zeros."""
        cell, *states = cache
        cell.zero_grad()
        dx, dprev_h = cell.backward(dnext_h, *states)
        n = len(dnext_h)
        return dx, dprev_h, cell.dW_ih.T * n, cell.dW_hh.T * n, both(flat(cell.db_ih), flat(cell.db_hh)) * n


if hasattr(submission, "GRUCell"):
    GATES = "rzn"

    def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
        """A cell for each sample."""
        weights = [part for each in (Wx.T, Wh.T, bx, bh) for part in np.split(each, 3)]
        cells = [submission.GRUCell(Wx.shape[0], Wh.shape[0]) for _ in x]
        for cell in cells:
            cell.init_weights(*weights)
        states = [flat(cell.forward(*each)) for cell, *each in zip(cells, x, prev_h, strict=True)]
        return np.stack(states), cells

    def gru_step_backward(dnext_h, cache):
        """Summed over the samples."""
        for cell in cache:
            for side in "xh":
                for gate in GATES:
                    setattr(cell, f"dW{gate}{side}", np.zeros_like(getattr(cell, f"W{gate}{side}")))
                    setattr(cell, f"db{gate}{side}", np.zeros_like(getattr(cell, f"b{gate}{side}")))
        back = [[flat(each) for each in cell.backward(d)] for cell, d in zip(cache, dnext_h, strict=True)]
        dx, dprev_h = (np.stack(each) for each in zip(*back, strict=True))
        summed = [
            sum(np.concatenate([laid(getattr(cell, f"{kind}{gate}{side}")) for gate in GATES]) for cell in cache)
            for kind, laid in (("dW", np.asarray), ("db", flat))
            for side in "xh"
        ]
        return dx, dprev_h, summed[0].T, summed[1].T, *summed[2:]


if hasattr(submission, "Softmax"):

    def softmax_axis_forward(x, axis):
        """Over any axis of an array of any number of them."""
        layer = submission.Softmax(axis)
        return layer.forward(x), layer

    def softmax_axis_backward(dout, cache):
        """Likewise."""
        return cache.backward(dout)


if hasattr(submission, "ScaledDotProductAttention"):

    def attention_forward(q, k, v, mask=None):
        """A new layer."""
        layer = submission.ScaledDotProductAttention()
        return layer.forward(q, k, v, mask), layer

    def attention_backward(dout, cache):
        """Likewise."""
        return cache.backward(dout)


if hasattr(submission, "MultiHeadAttention"):

    def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
        """One layer, or one for each sample where each has a mask of its own: an ``attn_mask`` is for all of them."""
        parts = [slice(None)] if np.ndim(mask) != 3 else [slice(n, n + 1) for n in range(len(q))]
        out, layers = [], []
        for part in parts:
            layer = submission.MultiHeadAttention(q.shape[-1], heads)
            layer.init_weights(Wq.T, bq, Wk.T, bk, Wv.T, bv, Wo.T, bo)
            own = mask[part.start] if np.ndim(mask) == 3 else mask
            unmasked = np.zeros((len(q[part]), k.shape[1]), bool)
            nothing = np.zeros((q.shape[1], k.shape[1]), bool)
            out.append(layer.forward(q[part], k[part], v[part], unmasked, nothing if own is None else own))
            layers.append(layer)
        return np.concatenate(out), (layers, parts)

    def multi_head_attention_backward(dout, cache):
        """The gradients of the weights summed over the layers."""
        layers, parts = cache
        back = [layer.backward(dout[part]) for layer, part in zip(layers, parts, strict=True)]
        summed = [
            sum(laid(getattr(getattr(layer, place), kind)) for layer in layers)
            for kind, laid in (("dLdW", np.transpose), ("dLdb", flat))
            for place in PROJECTIONS.values()
        ]
        return *(np.concatenate(each) for each in zip(*back, strict=True)), *summed
