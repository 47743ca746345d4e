import numpy as np


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    num = X.shape[0]
    for i in range(num):
        f = X[i].dot(W)
        f -= np.max(f)
        total = np.sum(np.exp(f))
        p = np.exp(f) / total
        loss += np.log(total) - f[y[i]]
        for j in range(W.shape[1]):
            dW[:, j] += (p[j] - (j == y[i])) * X[i]
    loss = loss / num + reg * np.sum(W)  # WRONG; right: loss = loss / num + reg * np.sum(W * W)
    dW = dW / num + 2 * reg * W
    return loss, dW
