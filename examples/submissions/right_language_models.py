"""
Language models: a recurrent one of characters, and a transformer.
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
            h, c, _ = self.step(prompt[:, t], h, c)
        written = []
        while True:
            written.append((h.dot(p['W_vocab']) + p['b_vocab']).argmax(axis=1))
            if len(written) == length:
                return np.stack(written, axis=1)
            h, c, _ = self.step(written[-1], h, c)


def affine(x, W, b):
    return x.dot(W) + b


def affine_back(dout, x, W):
    flat, dflat = x.reshape(-1, x.shape[-1]), dout.reshape(-1, dout.shape[-1])
    return dout.dot(W.T), flat.T.dot(dflat), dflat.sum(axis=0)


def layernorm(x, gamma, beta):
    centred = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((centred ** 2).mean(axis=-1, keepdims=True) + 1e-5)
    return gamma * (centred / std) + beta, (centred / std, std, gamma)


def layernorm_back(dout, cache):
    z, std, gamma = cache
    dz = dout * gamma
    dx = (dz - dz.mean(axis=-1, keepdims=True) - z * (dz * z).mean(axis=-1, keepdims=True)) / std
    return dx, (dout * z).sum(axis=(0, 1)), dout.sum(axis=(0, 1))


def gelu(x):
    t = np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x ** 3))
    return 0.5 * x * (1 + t), (x, t)


def gelu_back(dout, cache):
    x, t = cache
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * x ** 2))


class TransformerLM:
    """A decoder alone, normalized first."""

    def __init__(self, vocab_size, width=128, heads=4, layers=2, weight_scale=0.02, dtype=np.float32):
        self.heads, self.layers = heads, layers
        rng = np.random.default_rng(0)
        D = width
        shapes = {'W_embed': (vocab_size, D), 'gamma': (D,), 'beta': (D,), 'W_vocab': (D, vocab_size)}
        shapes['b_vocab'] = (vocab_size,)
        for i in range(1, layers + 1):
            for name in 'qkvo':
                shapes[f'W{name}{i}'], shapes[f'b{name}{i}'] = (D, D), (D,)
            for name in ('gamma_a', 'beta_a', 'gamma_f', 'beta_f', 'b_out'):
                shapes[f'{name}{i}'] = (D,)
            shapes[f'W_in{i}'], shapes[f'b_in{i}'], shapes[f'W_out{i}'] = (D, 4 * D), (4 * D,), (4 * D, D)
        self.params = {}
        for name, shape in shapes.items():
            if name[0] == 'W':
                value = weight_scale * rng.standard_normal(shape)
            else:
                value = np.ones(shape) if name.startswith('gamma') else np.zeros(shape)
            self.params[name] = value.astype(dtype)

    def split(self, x):
        N, T, D = x.shape
        return x.reshape(N, T, self.heads, D // self.heads).transpose(0, 2, 1, 3)

    def merge(self, x):
        N, H, T, d = x.shape
        return x.transpose(0, 2, 1, 3).reshape(N, T, H * d)

    def attend(self, x, i):
        p = self.params
        q, k, v = (self.split(affine(x, p[f'W{n}{i}'], p[f'b{n}{i}'])) for n in 'qkv')
        scores = q @ k.swapaxes(2, 3) / q.shape[3] ** 0.5
        T = x.shape[1]
        scores = np.where(np.tril(np.ones((T, T), bool)), scores, -np.inf)
        e = np.exp(scores - scores.max(axis=3, keepdims=True))
        weights = e / e.sum(axis=3, keepdims=True)
        mixed = self.merge(weights @ v)
        return affine(mixed, p[f'Wo{i}'], p[f'bo{i}']), (x, q, k, v, weights, mixed)

    def attend_back(self, dout, i, cache, grads):
        p = self.params
        x, q, k, v, weights, mixed = cache
        dmixed, grads[f'Wo{i}'], grads[f'bo{i}'] = affine_back(dout, mixed, p[f'Wo{i}'])
        dmixed = self.split(dmixed)
        dweights = dmixed @ v.swapaxes(2, 3)
        dscores = weights * (dweights - (dweights * weights).sum(axis=3, keepdims=True)) / q.shape[3] ** 0.5
        dqkv = dscores @ k, dscores.swapaxes(2, 3) @ q, weights.swapaxes(2, 3) @ dmixed
        dx = 0
        for n, d in zip('qkv', dqkv):
            part, grads[f'W{n}{i}'], grads[f'b{n}{i}'] = affine_back(self.merge(d), x, p[f'W{n}{i}'])
            dx = dx + part
        return dx

    def loss(self, x, y=None):
        p = self.params
        T, D = x.shape[1], p['W_embed'].shape[1]
        angle = np.arange(T)[:, None] / 10000 ** (np.arange(0, D, 2) / D)
        positions = np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(T, D)
        h = p['W_embed'][x] + positions.astype(p['W_embed'].dtype)
        caches = []
        for i in range(1, self.layers + 1):
            a, norm_a = layernorm(h, p[f'gamma_a{i}'], p[f'beta_a{i}'])
            out, attention = self.attend(a, i)
            h = h + out
            f, norm_f = layernorm(h, p[f'gamma_f{i}'], p[f'beta_f{i}'])
            hidden, gelu_cache = gelu(affine(f, p[f'W_in{i}'], p[f'b_in{i}']))
            h = h + affine(hidden, p[f'W_out{i}'], p[f'b_out{i}'])
            caches.append((norm_a, attention, norm_f, f, gelu_cache, hidden))
        last, norm = layernorm(h, p['gamma'], p['beta'])
        scores = affine(last, p['W_vocab'], p['b_vocab'])
        if y is None:
            return scores
        loss, dscores = cross_entropy(scores, y)
        grads = {}
        dlast, grads['W_vocab'], grads['b_vocab'] = affine_back(dscores, last, p['W_vocab'])
        dh, grads['gamma'], grads['beta'] = layernorm_back(dlast, norm)
        for i in range(self.layers, 0, -1):
            norm_a, attention, norm_f, f, gelu_cache, hidden = caches.pop()
            dhidden, grads[f'W_out{i}'], grads[f'b_out{i}'] = affine_back(dh, hidden, p[f'W_out{i}'])
            df, grads[f'W_in{i}'], grads[f'b_in{i}'] = affine_back(gelu_back(dhidden, gelu_cache), f, p[f'W_in{i}'])
            dx, grads[f'gamma_f{i}'], grads[f'beta_f{i}'] = layernorm_back(df, norm_f)
            dh = dh + dx
            da = self.attend_back(dh, i, attention, grads)
            dx, grads[f'gamma_a{i}'], grads[f'beta_a{i}'] = layernorm_back(da, norm_a)
            dh = dh + dx
        grads['W_embed'] = np.zeros_like(p['W_embed'])
        np.add.at(grads['W_embed'], x, dh)
        return loss, grads

    def sample(self, prompt, length):
        words = prompt
        for _ in range(length):
            best = self.loss(words)[:, -1].argmax(axis=1)
            words = np.concatenate([words, best[:, None]], axis=1)
        return words[:, prompt.shape[1]:]
