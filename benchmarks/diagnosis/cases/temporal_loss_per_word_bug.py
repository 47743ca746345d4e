import numpy as np


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    probs = np.exp(x_flat - np.max(x_flat, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    count = np.sum(mask_flat)  # WRONG; right: count = N
    loss = -np.sum(mask_flat * np.log(probs[np.arange(N * T), y_flat])) / count
    dx = probs.copy()
    dx[np.arange(N * T), y_flat] -= 1
    dx *= mask_flat[:, None]
    dx /= x.dtype.type(count)
    return loss, dx.reshape(N, T, V)
