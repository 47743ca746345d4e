import numpy as np


class AdaGrad:
    def __init__(self, lr, eps):
        self.lr, self.eps = lr, eps

    def step(self, w, g, state):
        state["cache"] = state.get("cache", np.zeros_like(w)) + np.abs(g)  # WRONG; right: state["cache"] = state.get("cache", np.zeros_like(w)) + g ** 2
        return w - self.lr * g / (np.sqrt(state["cache"]) + self.eps)


def adagrad(w, dw, config):
    return AdaGrad(config["learning_rate"], config["epsilon"]).step(w, dw, config), config
