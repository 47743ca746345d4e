import numpy as np


def s(z):
    return 0.5 * (np.tanh(0.5 * z) + 1)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    h = prev_h.shape[1]
    cut = lambda k: slice(k * h, (k + 1) * h)
    pre = [x @ Wx[:, cut(k)] + prev_h @ Wh[:, cut(k)] + b[cut(k)] for k in range(4)]
    inp, forget, out, cand = s(pre[0]), s(pre[1]), s(pre[2]), np.tanh(pre[3])
    c = cand * inp + prev_c * forget
    return np.tanh(c) * out, c, (x, prev_h, prev_c, Wx, Wh, inp, forget, out, cand, c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, inp, forget, out, cand, c = cache
    tc = np.tanh(c)
    dc = dnext_c + (dnext_h * out) * (1 - tc * tc)
    d_inp = dc * cand * inp * (1 - inp)
    d_forget = dc * prev_c * forget * (1 - forget)
    d_out = dnext_h * tc * out * (1 - out)
    d_cand = dc * inp * (1 - cand * cand)
    b_inp = d_forget.sum(axis=0)  # WRONG; right: b_inp = d_inp.sum(axis=0)
    b_forget = d_forget.sum(axis=0)
    b_out = d_forget.sum(axis=0)  # WRONG; right: b_out = d_out.sum(axis=0)
    b_cand = d_cand.sum(axis=0)
    every = np.concatenate((d_inp, d_forget, d_out, d_cand), 1)
    db = np.concatenate((b_inp, b_forget, b_out, b_cand))
    return every @ Wx.T, every @ Wh.T, dc * forget, x.T @ every, prev_h.T @ every, db
