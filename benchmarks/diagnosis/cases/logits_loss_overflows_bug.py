import numpy as np


def bce_with_logits_loss(x, y):
    loss = np.mean(np.log(1 + np.exp(x)) - x * y)  # WRONG; right: loss = np.mean(np.logaddexp(0, x) - x * y)
    s = 0.5 * (np.tanh(x / 2) + 1)
    return loss, (s - y) / x.size
