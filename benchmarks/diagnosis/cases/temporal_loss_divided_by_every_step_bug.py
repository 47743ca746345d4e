import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    rows = x.reshape(N * T, V)
    labels, kept = y.reshape(-1), mask.reshape(-1)
    top = rows.max(axis=1, keepdims=True)
    probs = np.exp(rows - top)
    total = probs.sum(axis=1, keepdims=True)
    count = len(rows)  # WRONG; right: count = N
    picked = rows[np.arange(N * T), labels] - top[:, 0] - np.log(total[:, 0])
    loss = -np.sum(picked[kept.astype(bool)]) / count
    dx = probs / total
    dx[np.arange(N * T), labels] -= 1
    dx = dx * kept[:, None] / np.array(count, x.dtype)
    return loss, dx.reshape(N, T, V)
