"""An adapter: recurrent layers of objects, as "Deep Learning from Scratch 2" has them.

``RNN(Wx, Wh, b)``, ``LSTM``, ``GRU`` are one step; ``TimeRNN(Wx, Wh, b, stateful)`` and so on hold one for each step,
start from the state that ``set_state`` left, and leave the gradient of it in ``dh``. ``params``, ``grads`` are lists.
The GRU has one bias, in the order z, r, h; its reset gate acts before the product, so both of gradproof's biases have
the gradient of the one. The order of the LSTM's gates and both gates of the GRU are conventions to declare:

    gradproof check time_layers.py --adapter examples/adapters/time_layers.py \
        --dialect lstm_gates=fgio,gru_reset=before,gru_update=takes
"""

import numpy as np
import submission


def of_steps(name):
    """Forward and backward of a layer over time."""

    def forward(x, h0, *parameters):
        layer = getattr(submission, name)(*parameters, stateful=True)
        layer.set_state(h0)
        return layer.forward(x), layer

    def backward(dh, layer):
        dx = layer.backward(dh)
        return dx, layer.dh, *layer.grads

    return forward, backward


def of_one_step(name):
    """Forward and backward of a cell."""

    def forward(x, prev_h, *parameters):
        cell = getattr(submission, name)(*parameters)
        return cell.forward(x, prev_h), cell

    def backward(dnext_h, cell):
        return *cell.backward(dnext_h), *cell.grads

    return forward, backward


def exchanged(gates):
    """The first two thirds of the last axis in the other order: r z n and z r h."""
    first, second, third = np.split(gates, 3, axis=-1)
    return np.concatenate((second, first, third), axis=-1)


def with_one_bias(forward, backward):
    """Of a layer with the sum of both biases, whose gradient each of them has."""

    def joint_forward(x, state, Wx, Wh, bx, bh):
        return forward(x, state, exchanged(Wx), exchanged(Wh), exchanged(bx + bh))

    def joint_backward(dout, cache):
        dx, dstate, dwx, dwh, db = backward(dout, cache)
        return dx, dstate, exchanged(dwx), exchanged(dwh), exchanged(db), exchanged(db)

    return joint_forward, joint_backward


if hasattr(submission, "RNN"):
    rnn_step_forward, rnn_step_backward = of_one_step("RNN")

if hasattr(submission, "TimeRNN"):
    rnn_forward, rnn_backward = of_steps("TimeRNN")

if hasattr(submission, "LSTM"):

    def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
        """A new cell."""
        cell = submission.LSTM(Wx, Wh, b)
        return *cell.forward(x, prev_h, prev_c), cell

    def lstm_step_backward(dnext_h, dnext_c, cell):
        """Likewise."""
        return *cell.backward(dnext_h, dnext_c), *cell.grads


if hasattr(submission, "TimeLSTM"):
    lstm_forward, lstm_backward = of_steps("TimeLSTM")

if hasattr(submission, "GRU"):
    gru_step_forward, gru_step_backward = with_one_bias(*of_one_step("GRU"))

if hasattr(submission, "TimeGRU"):
    gru_forward, gru_backward = with_one_bias(*of_steps("TimeGRU"))

if hasattr(submission, "TimeEmbedding"):

    def word_embedding_forward(x, W):
        """A new layer."""
        layer = submission.TimeEmbedding(W)
        return layer.forward(x), layer

    def word_embedding_backward(dout, layer):
        """What it leaves in its list."""
        layer.backward(dout)
        return layer.grads[0]


if hasattr(submission, "TimeAffine"):

    def temporal_affine_forward(x, w, b):
        """A new layer."""
        layer = submission.TimeAffine(w, b)
        return layer.forward(x), layer

    def temporal_affine_backward(dout, layer):
        """Likewise."""
        return layer.backward(dout), *layer.grads
