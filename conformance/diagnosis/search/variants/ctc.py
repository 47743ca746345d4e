"""Connectionist temporal classification as texts have it, in logarithms."""

import numpy as np


def ctc_loss(x, y, lengths):
    T, N, V = x.shape
    blank = 0
    shifted = x - np.max(x, axis=2, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))
    dx = np.exp(logs)
    loss = 0.0
    for n in range(N):
        length = int(lengths[n])
        labels = np.full(2 * length + 1, blank)
        labels[1::2] = y[n, :length]
        S = len(labels)
        alpha = np.full((T, S), -np.inf)
        alpha[0, 0] = logs[0, n, labels[0]]
        alpha[0, 1] = logs[0, n, labels[1]]
        for t in range(1, T):
            for s in range(S):
                total = alpha[t - 1, s]
                if s > 0:
                    total = np.logaddexp(total, alpha[t - 1, s - 1])
                if s > 1 and labels[s] != blank and labels[s] != labels[s - 2]:
                    total = np.logaddexp(total, alpha[t - 1, s - 2])
                alpha[t, s] = total + logs[t, n, labels[s]]
        beta = np.full((T, S), -np.inf)
        beta[T - 1, S - 1] = 0.0
        beta[T - 1, S - 2] = 0.0
        for t in range(T - 2, -1, -1):
            for s in range(S):
                total = beta[t + 1, s] + logs[t + 1, n, labels[s]]
                if s < S - 1:
                    total = np.logaddexp(total, beta[t + 1, s + 1] + logs[t + 1, n, labels[s + 1]])
                if s < S - 2 and labels[s + 2] != blank and labels[s + 2] != labels[s]:
                    total = np.logaddexp(total, beta[t + 1, s + 2] + logs[t + 1, n, labels[s + 2]])
                beta[t, s] = total
        likelihood = np.logaddexp(alpha[T - 1, S - 1], alpha[T - 1, S - 2])
        if dialect.ctc_average == "samples":
            loss -= likelihood
        if dialect.ctc_average == "lengths":
            loss -= likelihood / length
        for s in range(S):
            dx[:, n, labels[s]] -= np.exp(alpha[:, s] + beta[:, s] - likelihood)
        if dialect.ctc_average == "lengths":
            dx[:, n] = dx[:, n] / length
    if dialect.reduction == "mean":
        loss = loss / N
        dx = dx / N
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx
