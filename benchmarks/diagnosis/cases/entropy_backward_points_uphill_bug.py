import numpy as np


def softmax_cross_entropy(logits, y):
    top = logits.max(axis=1, keepdims=True)
    lse = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
    logp = logits - lse
    return np.exp(logp), -np.mean(logp[np.arange(len(y)), y])


def softmax_cross_entropy_backward(a, y):
    onehot = np.eye(a.shape[1], dtype=a.dtype)[y]
    return onehot - a  # WRONG; right: return a - onehot
