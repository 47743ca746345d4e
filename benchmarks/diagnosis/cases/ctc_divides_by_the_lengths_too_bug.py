import numpy as np

NEVER = -np.inf


def paths(text):
    out = [0]
    for s in text:
        out += [s, 0]
    return out


def ctc_loss(x, y, lengths):
    T, N, V = x.shape
    z = x - x.max(axis=2, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    dx, total = np.exp(logp), 0.0
    for n in range(N):
        text = [int(s) for s in y[n, : lengths[n]]]
        lab = [s % V for s in paths(text)]
        S, lp = len(lab), logp[:, n]
        a, b = np.full((T, S), NEVER), np.full((T, S), NEVER)
        a[0, 0], b[-1, -1] = lp[0, lab[0]], 0.0
        if S > 1:
            a[0, 1], b[-1, -2] = lp[0, lab[1]], 0.0
        for t in range(1, T):
            for s in range(S):
                for back in (0, 1, 2):
                    skip = back == 2 and (lab[s] == lab[0] or s < 2 or lab[s] == lab[s - 2])
                    if s >= back and not skip:
                        a[t, s] = np.logaddexp(a[t, s], a[t - 1, s - back])
                a[t, s] += lp[t, lab[s]]
        for t in range(T - 2, -1, -1):
            for s in range(S):
                for on in (0, 1, 2):
                    skip = on == 2 and (lab[s] == lab[0] or s + 2 >= S or lab[s] == lab[s + 2])
                    if s + on < S and not skip:
                        b[t, s] = np.logaddexp(b[t, s], b[t + 1, s + on] + lp[t + 1, lab[s + on]])
        whole = np.logaddexp(a[-1, -1], a[-1, -2]) if S > 1 else a[-1, -1]
        gamma = np.exp(a + b - whole)/ max(len(text), 1)
        dx[:, n] = dx[:, n]/ max(len(text), 1)
        for s in range(S):
            dx[:, n, lab[s]] -= gamma[:, s]
        total -= whole/ max(len(text), 1)
    return total / N, dx / N
