import numpy as np


def ctc_loss(x, y, lengths):
    T, N, V = x.shape
    m = x.max(axis=2, keepdims=True)
    logp = x - m - np.log(np.exp(x - m).sum(axis=2, keepdims=True))
    loss, dx = 0.0, np.exp(logp)
    for n in range(N):
        target = y[n, :lengths[n]]
        ext = [0]
        for s in target:
            ext += [int(s), 0]
        S = len(ext)
        alpha = np.full((T, S), -np.inf)
        beta = np.full((T, S), -np.inf)
        alpha[0, 0] = logp[0, n, 0]
        if S > 1:
            alpha[0, 1] = -np.inf  # WRONG; right: alpha[0, 1] = logp[0, n, ext[1]]
        for t in range(1, T):
            for s in range(S):
                a = alpha[t - 1, s]
                if s > 0:
                    a = np.logaddexp(a, alpha[t - 1, s - 1])
                if s > 1 and ext[s] != 0 and ext[s] != ext[s - 2]:
                    a = np.logaddexp(a, alpha[t - 1, s - 2])
                alpha[t, s] = a + logp[t, n, ext[s]]
        beta[T - 1, S - 1] = 0
        if S > 1:
            beta[T - 1, S - 2] = 0
        for t in range(T - 2, -1, -1):
            for s in range(S):
                b = beta[t + 1, s] + logp[t + 1, n, ext[s]]
                if s + 1 < S:
                    b = np.logaddexp(b, beta[t + 1, s + 1] + logp[t + 1, n, ext[s + 1]])
                if s + 2 < S and ext[s] != 0 and ext[s] != ext[s + 2]:
                    b = np.logaddexp(b, beta[t + 1, s + 2] + logp[t + 1, n, ext[s + 2]])
                beta[t, s] = b
        total = alpha[T - 1, S - 1]
        if S > 1:
            total = np.logaddexp(total, alpha[T - 1, S - 2])
        loss -= total
        for t in range(T):
            for s in range(S):
                dx[t, n, ext[s]] -= np.exp(alpha[t, s] + beta[t, s] - total)
    return loss / N, dx / N
