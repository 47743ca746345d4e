import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    pre = np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh)
    state = np.tanh(pre + b)
    saved = {"in": x, "old": prev_h, "new": state, "Wx": Wx, "Wh": Wh}
    return state, saved


def rnn_step_backward(dnext_h, cache):
    slope = 1.0 - np.square(cache["old"])  # WRONG; right: slope = 1.0 - np.square(cache["new"])
    delta = slope * dnext_h
    back = {}
    back["x"] = delta @ np.transpose(cache["Wx"])
    back["h"] = delta @ np.transpose(cache["Wh"])
    back["Wx"] = np.transpose(cache["in"]) @ delta
    back["Wh"] = np.transpose(cache["old"]) @ delta
    back["b"] = np.sum(delta, axis=0)
    return back["x"], back["h"], back["Wx"], back["Wh"], back["b"]
