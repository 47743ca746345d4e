import numpy as np


def mish_forward(x):
    sp = np.logaddexp(0, x).astype(x.dtype)
    return x * np.tanh(sp), (x, sp)


def mish_backward(dout, cache):
    x, sp = cache
    th = np.tanh(sp)
    dsp = np.exp(-sp)
    return dout * th + dout * x * (1 - th**2) * dsp
