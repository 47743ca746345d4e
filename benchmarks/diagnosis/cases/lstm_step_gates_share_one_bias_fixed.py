import numpy as np


class Cell:
    def __init__(self, Wx, Wh, b):
        H = Wh.shape[0]
        cut = lambda a, k: a[..., k * H:(k + 1) * H]
        self.Wi, self.Wf, self.Wo, self.Wg = (np.vstack((cut(Wx, k), cut(Wh, k))) for k in range(4))
        self.bi, self.bf, self.bo, self.bg = (cut(b, k) for k in range(4))

    def run(self, z):
        sig = lambda a: 0.5 + 0.5 * np.tanh(0.5 * a)
        i = sig(z @ self.Wi + self.bi)
        f = sig(z @ self.Wf + self.bf)
        o = sig(z @ self.Wo + self.bo)
        return i, f, o, np.tanh(z @ self.Wg + self.bg)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    cell = Cell(Wx, Wh, b)
    z = np.hstack((x, prev_h))
    i, f, o, g = cell.run(z)
    c = f * prev_c + i * g
    t = np.tanh(c)
    return o * t, c, (z, prev_c, i, f, o, g, t, cell, x.shape[1])


def lstm_step_backward(dnext_h, dnext_c, cache):
    z, prev_c, i, f, o, g, t, cell, D = cache
    dc = dnext_c + dnext_h * o * (1 - t * t)
    di, df, do, dg = dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * t * o * (1 - o), dc * i * (1 - g * g)
    dz = di @ cell.Wi.T + df @ cell.Wf.T + do @ cell.Wo.T + dg @ cell.Wg.T
    dW = z.T @ np.hstack((di, df, do, dg))
    db = np.concatenate([a.sum(axis=0) for a in (di, df, do, dg)])
    return dz[:, :D], dz[:, D:], dc * f, dW[:D], dW[D:], db
