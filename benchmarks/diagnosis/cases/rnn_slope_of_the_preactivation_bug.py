import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    score = x.dot(Wx) + prev_h.dot(Wh) + b
    next_h = np.tanh(score)
    cache = (x, prev_h, Wx, Wh, score, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, score, next_h = cache
    dscore = dnext_h * (1 - score * score)  # WRONG; right: dscore = dnext_h * (1 - next_h * next_h)
    db = np.sum(dscore, axis=0)
    dWx = x.T.dot(dscore)
    dWh = prev_h.T.dot(dscore)
    dx = dscore.dot(Wx.T)
    dprev_h = dscore.dot(Wh.T)
    return dx, dprev_h, dWx, dWh, db
