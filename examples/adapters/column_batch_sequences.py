"""An adapter: recurrent layers whose samples are columns and whose gates stand apart, as deeplearning.ai teaches them.

Steps lie on the last axis: x (n_x, m, T), states (n_a, m, T). A cell takes a dictionary of parameters, ``Wax``, ``Waa``
and ``ba`` of a plain cell, of an LSTM ``Wf``, ``Wi``, ``Wc``, ``Wo`` (n_a, n_a + n_x), which act on [a; x], and ``bf``
and so on (n_a, 1); it also predicts, by ``Wya`` or ``Wy`` and ``by``, which is not judged. A backward gives a
dictionary: ``dxt``, ``da_prev``, ``dc_prev``, ``dWf`` and so on, ``dx`` and ``da0`` of a sequence; sums, no means.

    gradproof check rnn_utils.py --adapter examples/adapters/column_batch_sequences.py

gradproof's matrices of gates are put together of theirs, in the order input, forget, output, candidate.
"""

import numpy as np
import submission

GATES = "ifoc"


def columns(x):
    """(N, D) as (D, N), (N, T, D) as (D, N, T)."""
    return np.moveaxis(x, -1, 0)


def rows(x):
    """Back again; what has no such axes as it is, for the report to say."""
    return np.moveaxis(x, 0, -1) if np.ndim(x) in (2, 3) else x


def prediction(hidden, name):
    """Parameters of what a cell predicts: as right as any others."""
    return {name: np.ones((2, len(hidden)), hidden.dtype), "by": np.zeros((2, 1), hidden.dtype)}


def plain(Wx, Wh, b):
    """The parameters of a plain cell."""
    return {"Wax": Wx.T, "Waa": Wh.T, "ba": b[:, None], **prediction(Wh, "Wya")}


def gates(Wx, Wh, b):
    """The parameters of an LSTM's cell, gate by gate."""
    parts = zip(GATES, *(np.split(each, 4, axis=-1) for each in (Wx, Wh, b)), strict=True)
    parameters = prediction(Wh, "Wy")
    for gate, of_x, of_h, bias in parts:
        parameters |= {f"W{gate}": np.concatenate((of_h, of_x)).T, f"b{gate}": bias[:, None]}
    return parameters


def flat(bias):
    """(n, 1) as (n,)."""
    return bias[:, 0] if np.ndim(bias) == 2 and np.shape(bias)[1] == 1 else bias


def of_plain(gradients):
    """dWx, dWh, db of a plain cell."""
    return gradients["dWax"].T, gradients["dWaa"].T, flat(gradients["dba"])


def of_gates(gradients):
    """dWx, dWh, db of an LSTM."""
    weights = np.concatenate([gradients[f"dW{gate}"] for gate in GATES]).T
    hidden = weights.shape[1] // 4
    return weights[hidden:], weights[:hidden], np.concatenate([flat(gradients[f"db{gate}"]) for gate in GATES])


if hasattr(submission, "rnn_cell_forward"):
    rnn_cell, rnn_cell_back = submission.rnn_cell_forward, getattr(submission, "rnn_cell_backward", None)

    def rnn_step_forward(x, prev_h, Wx, Wh, b):
        """One step."""
        a_next, _, cache = rnn_cell(columns(x), columns(prev_h), plain(Wx, Wh, b))
        return rows(a_next), cache

    if rnn_cell_back:

        def rnn_step_backward(dnext_h, cache):
            """Likewise."""
            gradients = rnn_cell_back(columns(dnext_h), cache)
            return rows(gradients["dxt"]), rows(gradients["da_prev"]), *of_plain(gradients)


if hasattr(submission, "lstm_cell_forward"):
    lstm_cell, lstm_cell_back = submission.lstm_cell_forward, getattr(submission, "lstm_cell_backward", None)

    def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
        """One step."""
        a_next, c_next, _, cache = lstm_cell(columns(x), columns(prev_h), columns(prev_c), gates(Wx, Wh, b))
        return rows(a_next), rows(c_next), cache

    if lstm_cell_back:

        def lstm_step_backward(dnext_h, dnext_c, cache):
            """Likewise."""
            gradients = lstm_cell_back(columns(dnext_h), columns(dnext_c), cache)
            return *(rows(gradients[name]) for name in ("dxt", "da_prev", "dc_prev")), *of_gates(gradients)


# the functions over time have gradproof's own names, so they are asked for once, and kept under others
over_time = {name: getattr(submission, name, None) for name in ("rnn_forward", "rnn_backward")}
with_gates = {name: getattr(submission, name, None) for name in ("lstm_forward", "lstm_backward")}

if over_time["rnn_forward"]:

    def rnn_forward(x, h0, Wx, Wh, b):
        """All steps."""
        a, _, caches = over_time["rnn_forward"](columns(x), columns(h0), plain(Wx, Wh, b))
        return rows(a), caches


if over_time["rnn_backward"]:

    def rnn_backward(dh, cache):
        """Likewise."""
        gradients = over_time["rnn_backward"](columns(dh), cache)
        return rows(gradients["dx"]), rows(gradients["da0"]), *of_plain(gradients)


if with_gates["lstm_forward"]:

    def lstm_forward(x, h0, Wx, Wh, b):
        """All steps, from a cell of zeros."""
        a, _, _, caches = with_gates["lstm_forward"](columns(x), columns(h0), gates(Wx, Wh, b))
        return rows(a), caches


if with_gates["lstm_backward"]:

    def lstm_backward(dh, cache):
        """Likewise."""
        gradients = with_gates["lstm_backward"](columns(dh), cache)
        return rows(gradients["dx"]), rows(gradients["da0"]), *of_gates(gradients)
