"""An adapter: recurrent layers as torch's modules are laid out.

``RNN(input_size, hidden_size)`` and ``LSTM`` have ``weight_ih`` (gates, in), ``weight_hh``, ``bias_ih``, ``bias_hh``;
steps are the first axis, (T, N, D). ``forward(x, state)`` gives the states of every step and the last one, an LSTM's
state is a pair; without one they start from zeros. ``backward(dout)`` gives dx and the gradient of the state, and
leaves ``dweight_ih`` and so on. The order of the gates is a convention to declare:

    gradproof check rnn.py --adapter examples/adapters/steps_first.py --dialect lstm_gates=ifgo

One of gradproof's biases is two of theirs, whose sum it is: each has the gradient of the sum, so their mean has it too.
"""

import numpy as np
import submission


def turned(x):
    """Samples before steps, or steps before samples; what has no such axes as it is, for the report to say."""
    return np.swapaxes(x, 0, 1) if np.ndim(x) == 3 else x


def layer_of(name, Wx, Wh, b):
    """A new layer, a third of the bias in one of its two."""
    layer = getattr(submission, name)(*Wx.shape[:1], *Wh.shape[:1])
    layer.weight_ih, layer.weight_hh = Wx.T, Wh.T
    layer.bias_hh = b / 3
    layer.bias_ih = b - layer.bias_hh
    return layer


def parameters(layer):
    """The gradients of the weights and of the bias."""
    return layer.dweight_ih.T, layer.dweight_hh.T, (layer.dbias_ih + layer.dbias_hh) / 2


if hasattr(submission, "RNN"):

    def rnn_forward(x, h0, Wx, Wh, b):
        """From no state where it is zeros."""
        layer = layer_of("RNN", Wx, Wh, b)
        return turned(layer.forward(turned(x), h0 if h0.any() else None)[0]), layer

    def rnn_backward(dh, layer):
        """Likewise."""
        dx, dh0 = layer.backward(turned(dh))
        return turned(dx), dh0, *parameters(layer)


if hasattr(submission, "LSTM"):

    def lstm_forward(x, h0, Wx, Wh, b):
        """From a cell of zeros."""
        layer = layer_of("LSTM", Wx, Wh, b)
        return turned(layer.forward(turned(x), (h0, np.zeros_like(h0)) if h0.any() else None)[0]), layer

    def lstm_backward(dh, layer):
        """Without the gradient of the cell that it starts from."""
        dx, (dh0, _) = layer.backward(turned(dh))
        return turned(dx), dh0, *parameters(layer)
