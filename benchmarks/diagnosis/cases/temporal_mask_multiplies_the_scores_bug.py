import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    keep = mask[:, :, None].astype(x.dtype)
    scores = x * keep  # WRONG; right: scores = x
    scores = scores - np.amax(scores, axis=2, keepdims=True)
    logp = scores - np.log(np.exp(scores).sum(axis=2, keepdims=True))
    hot = np.eye(V, dtype=x.dtype)[y]
    loss = -(hot * logp).sum() / N  # WRONG; right: loss = -(hot * logp * keep).sum() / N
    dx = (np.exp(logp) - hot) * keep / N
    return loss, dx
