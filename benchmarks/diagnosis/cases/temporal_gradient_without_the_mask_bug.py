import numpy as np


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    logits = x - x.max(axis=-1, keepdims=True)
    logp = logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))
    n, t = np.meshgrid(np.arange(N), np.arange(T), indexing='ij')
    loss = -np.sum(logp[n, t, y] * mask) / N
    dx = np.exp(logp)
    dx[n, t, y] -= 1
    dx = dx / N  # WRONG; right: dx = (dx * mask[:, :, None] / N).astype(x.dtype)
    return loss, dx
