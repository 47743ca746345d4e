import numpy as np


def log_softmax(x):
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def lattice(lp, s):
    """Log-probabilities of reaching state s at time t, whatever came before, lp (T, S)."""
    T, S = lp.shape
    a = np.full((T, S), -np.inf)
    a[0, 0] = lp[0, 0]
    for t in range(1, T):
        for j in range(S):
            best = a[t - 1, j]
            if j >= 1:
                best = np.logaddexp(best, a[t - 1, j - 1])
            if j >= 2 and s[j] != 0 and s[j] != s[j - 2]:
                best = np.logaddexp(best, a[t - 1, j - 2])
            a[t, j] = best + lp[t, j]
    return a


def backward_lattice(lp, s):
    """Log-probabilities of what comes after state s at time t, the symbol of t not counted."""
    T, S = lp.shape
    b = np.full((T, S), -np.inf)
    b[-1, -1] = 0
    if S > 1:
        b[-1, -2] = 0
    for t in range(T - 2, -1, -1):
        for j in range(S):
            v = b[t + 1, j] + lp[t + 1, j]
            if j + 1 < S:
                v = np.logaddexp(v, b[t + 1, j + 1] + lp[t + 1, j + 1])
            if j + 2 < S and s[j + 2] != 0 and s[j + 2] != s[j]:
                v = np.logaddexp(v, b[t + 1, j + 2] + lp[t + 1, j + 2])
            b[t, j] = v
    return b


def ctc_loss(x, y, lengths):
    T, N, V = x.shape
    logp = log_softmax(x.astype(np.float64))
    dx = np.exp(logp)
    loss = 0.0
    for n in range(N):
        text = y[n, :lengths[n]]
        s = [0]
        for symbol in text:
            s += [int(symbol), 0]
        lp = logp[:, n, :][:, s]
        a, b = lattice(lp, s), backward_lattice(lp, s)
        total = np.logaddexp.reduce(a[-1, -2:])
        loss -= total
        post = np.exp(a + b - total)
        for j, symbol in enumerate(s):
            dx[:, n, symbol] -= post[:, j]
    return x.dtype.type(loss / N), (dx / N).astype(x.dtype)
