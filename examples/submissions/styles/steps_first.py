"""Recurrent layers as torch's modules are laid out: weights (out, in), two biases, steps before samples, states if given."""

import numpy as np


def sigmoid(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


class Recurrent:
    gates = 1

    def __init__(self, input_size, hidden_size):
        rng = np.random.default_rng(0)
        self.hidden_size = hidden_size
        shapes = {"weight_ih": input_size, "weight_hh": hidden_size}
        for name, size in shapes.items():
            setattr(self, name, rng.normal(0, hidden_size**-0.5, (self.gates * hidden_size, size)))
        self.bias_ih, self.bias_hh = np.zeros((2, self.gates * hidden_size))

    def sums(self, x, h):
        return x @ self.weight_ih.T + self.bias_ih + h @ self.weight_hh.T + self.bias_hh

    def start(self, x, state):
        return np.zeros((x.shape[1], self.hidden_size), x.dtype) if state is None else state

    def clear(self):
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            setattr(self, f"d{name}", np.zeros_like(getattr(self, name)))

    def add(self, da, x, h):
        self.dweight_ih += da.T @ x
        self.dweight_hh += da.T @ h
        self.dbias_ih += da.sum(axis=0)
        self.dbias_hh += da.sum(axis=0)
        return da @ self.weight_ih, da @ self.weight_hh


class RNN(Recurrent):
    def forward(self, x, h=None):
        self.x, states = x, [self.start(x, h)]
        for step in x:
            states.append(np.tanh(self.sums(step, states[-1])))
        self.states = np.stack(states)
        return self.states[1:], states[-1]

    def backward(self, dout):
        self.clear()
        dx, dh = np.zeros_like(self.x), np.zeros_like(self.states[0])
        for t in reversed(range(len(dout))):
            da = (dout[t] + dh) * (1 - self.states[t + 1] ** 2)
            dx[t], dh = self.add(da, self.x[t], self.states[t])
        return dx, dh


class LSTM(Recurrent):
    gates = 4

    def forward(self, x, state=None):
        h, c = (None, None) if state is None else state
        h, c = self.start(x, h), self.start(x, c)
        self.x, self.kept, out = x, [], []
        for step in x:
            i, f, g, o = np.split(self.sums(step, h), 4, axis=1)
            i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            before, c = (h, c), f * c + i * g
            h = o * np.tanh(c)
            self.kept.append((*before, i, f, g, o, np.tanh(c)))
            out.append(h)
        return np.stack(out), (h, c)

    def backward(self, dout):
        self.clear()
        dx, dh, dc = np.zeros_like(self.x), np.zeros_like(dout[0]), np.zeros_like(dout[0])
        for t in reversed(range(len(dout))):
            h, c, i, f, g, o, bent = self.kept[t]
            dh = dh + dout[t]
            dc = dc + dh * o * (1 - bent**2)
            sums = dc * g * i * (1 - i), dc * c * f * (1 - f), dc * i * (1 - g**2), dh * bent * o * (1 - o)
            dx[t], dh = self.add(np.concatenate(sums, axis=1), self.x[t], h)
            dc = dc * f
        return dx, (dh, dc)
