import numpy as np


class Network:
    def __init__(self, sizes):
        self.weights, self.bias = [], []
        for a, b in zip(sizes, sizes[1:]):
            self.weights.append(np.random.randn(a, b))
            self.bias.append(np.random.randn(1, b))

    def layers(self, x):
        outs = [x]
        for k, (w, b) in enumerate(zip(self.weights, self.bias), 1):
            z = outs[-1].dot(w) + b
            outs.append(z if k == len(self.weights) else z.clip(min=0))
        return outs

    def forward(self, x):
        return self.layers(x)[-1]

    def backward(self, x, y):
        outs = self.layers(x)
        z = outs[-1] - outs[-1].max(axis=1, keepdims=True)
        e = np.exp(z)
        loss = (np.log(e.sum(axis=1)) - z[range(len(y)), y]).mean()
        d = e / e.sum(axis=1, keepdims=True)
        d[range(len(y)), y] -= 1
        d /= len(y)
        dws, dbs = [], []
        for k in range(len(self.weights) - 1, -1, -1):
            dws.append(outs[k].T.dot(d))
            dbs.append(d.sum(axis=0, keepdims=True))
            d = d.dot(self.weights[k].T) * (outs[k] > 0)
        return loss, dws[::-1], dbs[::-1]

    def train(self, training_data, validation_data, learning_rate=1, epochs=50, batch_size=100):
        x, y = training_data
        xv, yv = validation_data
        scores = []
        total_w, total_b = [0 * w for w in self.weights], [0 * b for b in self.bias]
        for epoch in range(epochs):
            p = np.random.permutation(len(x))
            for a in range(0, len(x), batch_size):
                idx = p[a:a + batch_size]
                _, dws, dbs = self.backward(x[idx], y[idx])
                total_w = [s + d for s, d in zip(total_w, dws)]
                total_b = [s + d for s, d in zip(total_b, dbs)]
                self.weights = [w - learning_rate * s for w, s in zip(self.weights, total_w)]
                self.bias = [b - learning_rate * s for b, s in zip(self.bias, total_b)]
            scores.append((self.forward(xv).argmax(1) == yv).mean())
        return scores
