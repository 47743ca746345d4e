import numpy as np


def softmax_loss(x, y):
    num = x.shape[0]
    shifted = x - np.max(x, axis=1, keepdims=True)
    expo = np.exp(shifted)
    denom = np.sum(expo, axis=1, keepdims=True)
    logs = shifted - np.log(denom)
    loss = 0.0
    grad = expo / denom / num
    for i in range(num):
        loss += -logs[i, y[i]]
        grad[i, y[i]] -= 1  # WRONG; right: grad[i, y[i]] -= 1 / num
    return loss / num, grad
