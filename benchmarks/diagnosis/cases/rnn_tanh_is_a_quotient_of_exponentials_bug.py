"""The step of a vanilla network, tanh by hand."""

import numpy as np


def tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))  # WRONG; right: return np.tanh(z)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}


def rnn_step_backward(dnext_h, cache):
    da = (1 - np.square(cache["next_h"])) * dnext_h
    dx, dWx = da.dot(cache["Wx"].T), cache["x"].T.dot(da)
    dprev_h, dWh = da.dot(cache["Wh"].T), cache["prev_h"].T.dot(da)
    return dx, dprev_h, dWx, dWh, np.sum(da, axis=0)
