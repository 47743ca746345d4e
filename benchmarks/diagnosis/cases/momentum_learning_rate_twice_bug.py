import numpy as np


class Momentum:
    def __init__(self, lr=1e-2, mu=0.9):
        self.lr, self.mu = lr, mu

    def step(self, w, dw, vel):
        vel = self.mu * vel - self.lr * dw
        return w + self.lr * vel, vel  # WRONG; right: return w + vel, vel


def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    rule = Momentum(config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9))
    new_w, config["velocity"] = rule.step(w, dw, config.get("velocity", np.zeros(w.shape, w.dtype)))
    return new_w, config
