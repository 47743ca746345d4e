import numpy as np


def softmax_loss(x, y):
    N = x.shape[0]
    z = x - np.max(x, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    probs = np.exp(logp)
    correct = logp[np.arange(N), y]
    loss = -np.log(np.mean(np.exp(correct)))  # WRONG; right: loss = -np.mean(correct)
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    return loss, dx / N
