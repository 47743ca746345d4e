import numpy as np


def mish_forward(x):
    sp = np.logaddexp(0, x)
    return x * np.tanh(sp), (x, sp)


def mish_backward(dout, cache):
    x, sp = cache
    th = np.tanh(sp)
    sig = 1 / (1 + np.exp(-sp))  # WRONG; right: sig = 1 / (1 + np.exp(-x))
    dsp = x * (1 - th**2)
    return dout * (th + dsp * sig)
