import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {
            'W1': std * np.random.randn(input_size, hidden_size), 'b1': np.zeros(hidden_size),
            'W2': std * np.random.randn(hidden_size, output_size), 'b2': np.zeros(output_size)}

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ('W1', 'b1', 'W2', 'b2'))
        N = X.shape[0]
        h = X.dot(W1) + b1
        h[h < 0] = 0
        scores = h.dot(W2) + b2
        if y is None:
            return scores
        e = np.exp(scores - scores.max(1)[:, None])
        p = e / e.sum(1)[:, None]
        loss = -np.log(p[np.arange(N), y]).sum() / N
        loss += reg * np.sum(W1 * W1)  # WRONG; right: loss += reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)
        d = p
        d[np.arange(N), y] -= 1
        d /= N
        dh = d.dot(W2.T) * (h > 0)
        return loss, {'W2': h.T.dot(d) + 2 * reg * W2, 'b2': d.sum(0), 'W1': X.T.dot(dh) + 2 * reg * W1, 'b1': dh.sum(0)}
