import numpy as np


def sigmoid(t):
    return (1 + np.tanh(t / 2)) / 2


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    A = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(A, 4, axis=1)
    gates = dict(i=sigmoid(ai), f=sigmoid(af), o=sigmoid(ao), g=np.tanh(ag))
    next_c = gates["f"] * prev_c + gates["i"] * gates["g"]
    squashed = np.tanh(next_c)
    return gates["o"] * squashed, next_c, (x, prev_h, prev_c, Wx, Wh, gates, squashed)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, squashed = cache
    i, f, o, g = (gates[k] for k in "ifog")
    total = dnext_c + dnext_h * o * (1 - squashed ** 2)
    dai = total * g  # WRONG; right: dai = total * g * i * (1 - i)
    daf = total * prev_c  # WRONG; right: daf = total * prev_c * f * (1 - f)
    dao = dnext_h * squashed  # WRONG; right: dao = dnext_h * squashed * o * (1 - o)
    dag = total * i * (1 - g ** 2)
    dA = np.hstack([dai, daf, dao, dag])
    dx = dA @ Wx.T
    dprev_h = dA @ Wh.T
    dprev_c = total * f
    return dx, dprev_h, dprev_c, x.T @ dA, prev_h.T @ dA, dA.sum(0)
