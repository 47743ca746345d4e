"""
A language model of characters: a vanilla RNN or an LSTM.
"""
import numpy as np


def cross_entropy(scores, y):
    """The mean over what is asked; y is -1 where nothing is."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    n, t = np.nonzero(y >= 0)
    loss = -np.log(p[n, t, y[n, t]]).mean()
    dscores = np.zeros_like(scores)
    dscores[n, t] = p[n, t]
    dscores[n, t, y[n, t]] -= 1
    return loss, dscores / len(n)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


class CharRNN:
    """Characters in, scores of the next character out; a vanilla RNN or an LSTM between."""

    def __init__(self, vocab_size, hidden_dim=128, cell_type='rnn', weight_scale=0.1, dtype=np.float32):
        self.cell_type = cell_type
        gates = {'rnn': 1, 'lstm': 4}[cell_type]
        rng = np.random.default_rng(0)
        self.params = {
            'Wx': weight_scale * rng.standard_normal((vocab_size, gates * hidden_dim)),
            'Wh': weight_scale * rng.standard_normal((hidden_dim, gates * hidden_dim)),
            'b': np.zeros(gates * hidden_dim),
            'W_vocab': weight_scale * rng.standard_normal((hidden_dim, vocab_size)),
            'b_vocab': np.zeros(vocab_size),
        }
        self.params = {k: v.astype(dtype) for k, v in self.params.items()}

    def step(self, words, h, c):
        p = self.params
        a = p['Wx'][words] + h.dot(p['Wh']) + p['b']
        if self.cell_type == 'rnn':
            next_h = np.tanh(a)
            return next_h, c, (words, h, next_h)
        i, f, o, g = np.split(a, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        next_c = f * c + i * g
        tanh_c = np.tanh(next_c)
        return o * tanh_c, next_c, (words, h, c, i, f, o, g, tanh_c)

    def step_back(self, dh, dc, cache):
        if self.cell_type == 'rnn':
            next_h = cache[2]
            return dh * (1 - next_h * next_h), dc
        _, _, c, i, f, o, g, tanh_c = cache
        dc = dc + dh * o * (1 - tanh_c * tanh_c)
        da = [dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tanh_c * o * (1 - o), dc * i * (1 - g * g)]
        return np.hstack(da), dc * f

    def start(self, N):
        Wh = self.params['Wh']
        return np.zeros((N, Wh.shape[0]), Wh.dtype), np.zeros((N, Wh.shape[0]), Wh.dtype)

    def loss(self, x, y=None):
        p = self.params
        h, c = self.start(x.shape[0])
        hs, steps = [], []
        for t in range(x.shape[1]):
            h, c, cache = self.step(x[:, t], h, c)
            hs.append(h)
            steps.append(cache)
        hs = np.stack(hs, axis=1)
        scores = hs.dot(p['W_vocab']) + p['b_vocab']
        if y is None:
            return scores
        loss, dscores = cross_entropy(scores, y)
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        grads['W_vocab'] = np.einsum('nth,ntv->hv', hs, dscores)
        grads['b_vocab'] = dscores.sum(axis=(0, 1))
        dhs = dscores.dot(p['W_vocab'].T)
        dh, dc = self.start(x.shape[0])
        for t in reversed(range(x.shape[1])):
            da, dc = self.step_back(dhs[:, t] + dh, dc, steps[t])
            np.add.at(grads['Wx'], steps[t][0], da)
            grads['Wh'] += steps[t][1].T.dot(da)
            grads['b'] += da.sum(axis=0)
            dh = da.dot(p['Wh'].T)
        return loss, grads

    def sample(self, prompt, length):
        p = self.params
        h, c = self.start(prompt.shape[0])
        for t in range(prompt.shape[1]):
            h, _, _ = self.step(prompt[:, t], h, c)
        written = []
        while True:
            written.append((h.dot(p['W_vocab']) + p['b_vocab']).argmax(axis=1))
            if len(written) == length:
                return np.stack(written, axis=1)
            h, _, _ = self.step(written[-1], h, c)
