import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    out, h = [], h0
    for xt in np.moveaxis(x, 1, 0):
        h = np.tanh(np.einsum("nd,dh->nh", xt, Wx) + np.einsum("nk,kh->nh", h, Wh) + b)
        out.append(h)
    return np.stack(out, 1), (x, h0, out, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, out, Wx, Wh = cache
    grads = {"x": np.zeros_like(x), "Wx": 0, "Wh": 0, "b": 0}
    carried = 0
    for t in range(len(out) - 1, -1, -1):
        upstream = dh[:, t] + carried
        local = upstream * (1 - out[t] * out[t])
        before = out[t - 1] if t else h0
        grads["x"][:, t] = local @ Wx.T
        grads["Wx"] = grads["Wx"] + x[:, t].T @ local
        grads["Wh"] = grads["Wh"] + before.T @ local
        grads["b"] = grads["b"] + local.sum(axis=0)
        carried = upstream @ Wh.T  # WRONG; right: carried = local @ Wh.T
    return grads["x"], carried, grads["Wx"], grads["Wh"], grads["b"]
