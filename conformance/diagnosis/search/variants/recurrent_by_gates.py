"""One step of the gated layers with every gate by itself: its own weights, its own bias, its own way back."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def four(a):
    if dialect.lstm_gates == "ifog":
        i, f, o, g = np.split(a, 4, axis=-1)
    if dialect.lstm_gates == "ifgo":
        i, f, g, o = np.split(a, 4, axis=-1)
    if dialect.lstm_gates == "fgio":
        f, g, i, o = np.split(a, 4, axis=-1)
    return i, f, o, g


def together(i, f, o, g):
    if dialect.lstm_gates == "ifog":
        a = np.concatenate((i, f, o, g), axis=-1)
    if dialect.lstm_gates == "ifgo":
        a = np.concatenate((i, f, g, o), axis=-1)
    if dialect.lstm_gates == "fgio":
        a = np.concatenate((f, g, i, o), axis=-1)
    return a


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    Wxi, Wxf, Wxo, Wxg = four(Wx)
    Whi, Whf, Who, Whg = four(Wh)
    bi, bf, bo, bg = four(b)
    if dialect.lstm_forget == "one":
        bf = bf + 1
    i = sigmoid(x @ Wxi + prev_h @ Whi + bi)
    f = sigmoid(x @ Wxf + prev_h @ Whf + bf)
    o = sigmoid(x @ Wxo + prev_h @ Who + bo)
    g = np.tanh(x @ Wxg + prev_h @ Whg + bg)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    Wxi, Wxf, Wxo, Wxg = four(Wx)
    Whi, Whf, Who, Whg = four(Wh)
    tanh_c = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dai = dc * g * i * (1 - i)
    daf = dc * prev_c * f * (1 - f)
    dao = dnext_h * tanh_c * o * (1 - o)
    dag = dc * i * (1 - g**2)
    dx = dai @ Wxi.T + daf @ Wxf.T + dao @ Wxo.T + dag @ Wxg.T
    dprev_h = dai @ Whi.T + daf @ Whf.T + dao @ Who.T + dag @ Whg.T
    dprev_c = dc * f
    dWx = together(x.T @ dai, x.T @ daf, x.T @ dao, x.T @ dag)
    dWh = together(prev_h.T @ dai, prev_h.T @ daf, prev_h.T @ dao, prev_h.T @ dag)
    db = together(dai.sum(axis=0), daf.sum(axis=0), dao.sum(axis=0), dag.sum(axis=0))
    return dx, dprev_h, dprev_c, dWx, dWh, db


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    Wxr, Wxz, Wxn = np.split(Wx, 3, axis=1)
    Whr, Whz, Whn = np.split(Wh, 3, axis=1)
    bxr, bxz, bxn = np.split(bx, 3)
    bhr, bhz, bhn = np.split(bh, 3)
    r = sigmoid(x @ Wxr + bxr + prev_h @ Whr + bhr)
    z = sigmoid(x @ Wxz + bxz + prev_h @ Whz + bhz)
    if dialect.gru_reset == "after":
        n = np.tanh(x @ Wxn + bxn + r * (prev_h @ Whn + bhn))
    if dialect.gru_reset == "before":
        n = np.tanh(x @ Wxn + bxn + (r * prev_h) @ Whn + bhn)
    if dialect.gru_update == "keeps":
        next_h = (1 - z) * n + z * prev_h
    if dialect.gru_update == "takes":
        next_h = z * n + (1 - z) * prev_h
    return next_h, (x, prev_h, Wx, Wh, bhn, r, z, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, bhn, r, z, n = cache
    Wxr, Wxz, Wxn = np.split(Wx, 3, axis=1)
    Whr, Whz, Whn = np.split(Wh, 3, axis=1)
    if dialect.gru_update == "keeps":
        dan = dnext_h * (1 - z) * (1 - n**2)
        daz = dnext_h * (prev_h - n) * z * (1 - z)
        past = dnext_h * z
    if dialect.gru_update == "takes":
        dan = dnext_h * z * (1 - n**2)
        daz = dnext_h * (n - prev_h) * z * (1 - z)
        past = dnext_h * (1 - z)
    if dialect.gru_reset == "after":
        dar = dan * (prev_h @ Whn + bhn) * r * (1 - r)
        dhn = dan * r
        dprev_h = past + dar @ Whr.T + daz @ Whz.T + dhn @ Whn.T
        dWhn = prev_h.T @ dhn
    if dialect.gru_reset == "before":
        dar = (dan @ Whn.T) * prev_h * r * (1 - r)
        dhn = dan
        dprev_h = past + dar @ Whr.T + daz @ Whz.T + (dan @ Whn.T) * r
        dWhn = (r * prev_h).T @ dan
    dx = dar @ Wxr.T + daz @ Wxz.T + dan @ Wxn.T
    dWx = np.hstack((x.T @ dar, x.T @ daz, x.T @ dan))
    dWh = np.hstack((prev_h.T @ dar, prev_h.T @ daz, dWhn))
    dbx = np.concatenate((dar.sum(axis=0), daz.sum(axis=0), dan.sum(axis=0)))
    dbh = np.concatenate((dar.sum(axis=0), daz.sum(axis=0), dhn.sum(axis=0)))
    return dx, dprev_h, dWx, dWh, dbx, dbh
