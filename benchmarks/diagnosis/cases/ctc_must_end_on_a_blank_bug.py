import numpy as np


def ctc_loss(x, y, lengths):
    steps, batch, _ = x.shape
    m = x.max(axis=-1, keepdims=True)
    logq = x - m - np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
    grad, total = np.exp(logq), 0.0
    for n in range(batch):
        ext = [0]
        for c in y[n][: lengths[n]]:
            ext.extend([int(c), 0])
        size, lp = len(ext), logq[:, n, :]
        jump = [s >= 2 and ext[s] != 0 and ext[s] != ext[s - 2] for s in range(size)]
        fwd = np.full((steps, size), -np.inf)
        fwd[0, :2] = lp[0, ext[:2]]
        for t in range(1, steps):
            for s in range(size):
                v = fwd[t - 1, s]
                if s >= 1:
                    v = np.logaddexp(v, fwd[t - 1, s - 1])
                if jump[s]:
                    v = np.logaddexp(v, fwd[t - 1, s - 2])
                fwd[t, s] = v + lp[t, ext[s]]
        bwd = np.full((steps, size), -np.inf)
        bwd[-1, -1:] = 0.0
        for t in range(steps - 2, -1, -1):
            for s in range(size):
                v = bwd[t + 1, s] + lp[t + 1, ext[s]]
                if s + 1 < size:
                    v = np.logaddexp(v, bwd[t + 1, s + 1] + lp[t + 1, ext[s + 1]])
                if s + 2 < size and jump[s + 2]:
                    v = np.logaddexp(v, bwd[t + 1, s + 2] + lp[t + 1, ext[s + 2]])
                bwd[t, s] = v
        logz = np.logaddexp.reduce(fwd[-1, -1:])
        for s in range(size):
            grad[:, n, ext[s]] -= np.exp(fwd[:, s] + bwd[:, s] - logz)
        total -= logz
    return x.dtype.type(total / batch), (grad / batch).astype(x.dtype)
