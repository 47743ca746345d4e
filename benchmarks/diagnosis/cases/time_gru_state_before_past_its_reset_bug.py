"""Layers of one step, and layers over time that hold one of them for each step; ``params`` and ``grads`` are lists."""

import numpy as np


def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


class RNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(x @ Wx + h_prev @ Wh + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, _ = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        for grad, value in zip(self.grads, (x.T @ dt, h_prev.T @ dt, dt.sum(axis=0))):
            grad[...] = value
        return dt @ Wx.T, dt @ Wh.T


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev, c_prev):
        Wx, Wh, b = self.params
        f, g, i, o = np.split(x @ Wx + h_prev @ Wh + b, 4, axis=1)
        f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
        c_next = f * c_prev + g * i
        self.cache = (x, h_prev, c_prev, i, f, g, o, c_next)
        return o * np.tanh(c_next), c_next

    def backward(self, dh_next, dc_next):
        Wx, Wh, _ = self.params
        x, h_prev, c_prev, i, f, g, o, c_next = self.cache
        tanh_c = np.tanh(c_next)
        ds = dc_next + dh_next * o * (1 - tanh_c**2)
        df, dg = ds * c_prev * f * (1 - f), ds * i * (1 - g**2)
        di, do = ds * g * i * (1 - i), dh_next * tanh_c * o * (1 - o)
        dA = np.hstack((df, dg, di, do))
        for grad, value in zip(self.grads, (x.T @ dA, h_prev.T @ dA, dA.sum(axis=0))):
            grad[...] = value
        return dA @ Wx.T, dA @ Wh.T, ds * f


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wxz, Wxr, Wxh = np.split(self.params[0], 3, axis=1)
        Whz, Whr, Whh = np.split(self.params[1], 3, axis=1)
        bz, br, bh = np.split(self.params[2], 3)
        z = sigmoid(x @ Wxz + h_prev @ Whz + bz)
        r = sigmoid(x @ Wxr + h_prev @ Whr + br)
        h_hat = np.tanh(x @ Wxh + (r * h_prev) @ Whh + bh)
        self.cache = (x, h_prev, z, r, h_hat)
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, _ = self.params
        Whh = np.split(Wh, 3, axis=1)[2]
        x, h_prev, z, r, h_hat = self.cache
        dt = dh_next * z * (1 - h_hat**2)
        dhr = dt @ Whh.T
        dz = dh_next * (h_hat - h_prev) * z * (1 - z)
        dr = dhr * h_prev * r * (1 - r)
        gates = np.hstack((dz, dr))
        dWh = np.hstack((h_prev.T @ gates, (r * h_prev).T @ dt))
        dA = np.hstack((gates, dt))
        for grad, value in zip(self.grads, (x.T @ dA, dWh, dA.sum(axis=0))):
            grad[...] = value
        dh_prev = dh_next * (1 - z) + dhr + gates @ Wh[:, : gates.shape[1]].T  # WRONG; right: dh_prev = dh_next * (1 - z) + dhr * r + gates @ Wh[:, : gates.shape[1]].T
        return dA @ Wx.T, dh_prev


class OverTime:
    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.h, self.dh, self.stateful = None, None, stateful

    def set_state(self, h):
        self.h = h

    def forward(self, xs):
        N, T, _ = xs.shape
        H = self.params[1].shape[0]
        hs = np.empty((N, T, H), dtype=xs.dtype)
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H), dtype=xs.dtype)
        self.layers = [self.cell(*self.params) for _ in range(T)]
        for t, layer in enumerate(self.layers):
            self.h = hs[:, t] = self.step(layer, xs[:, t])
        return hs

    def backward(self, dhs):
        dxs, dh = [], np.zeros_like(dhs[:, 0])
        for total in self.grads:
            total[...] = 0
        for t in reversed(range(len(self.layers))):
            dx, dh = self.step_back(self.layers[t], dhs[:, t] + dh)
            dxs.append(dx)
            for total, grad in zip(self.grads, self.layers[t].grads):
                total += grad
        self.dh = dh
        return np.stack(dxs[::-1], axis=1)

    def step(self, layer, x):
        return layer.forward(x, self.h)

    def step_back(self, layer, dh):
        return layer.backward(dh)


class TimeRNN(OverTime):
    cell = RNN


class TimeGRU(OverTime):
    cell = GRU


class TimeLSTM(OverTime):
    cell = LSTM

    def forward(self, xs):
        self.c = self.dc = np.zeros((len(xs), self.params[1].shape[0]), dtype=xs.dtype)
        return super().forward(xs)

    def step(self, layer, x):
        h, self.c = layer.forward(x, self.h, self.c)
        return h

    def step_back(self, layer, dh):
        dx, dh, self.dc = layer.backward(dh, self.dc)
        return dx, dh


class TimeEmbedding:
    def __init__(self, W):
        self.params, self.grads = [W], [np.zeros_like(W)]

    def forward(self, xs):
        self.xs = xs
        return self.params[0][xs]

    def backward(self, dout):
        self.grads[0][...] = 0
        np.add.at(self.grads[0], self.xs, dout)


class TimeAffine:
    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        rows = dout.reshape(-1, dout.shape[2])
        self.grads[0][...] = self.x.reshape(len(rows), -1).T @ rows
        self.grads[1][...] = rows.sum(axis=0)
        return dout @ self.params[0].T
