import numpy as np


class BN:
    def __init__(self, param, width, dtype):
        self.p, self.eps, self.mom = param, param.get("eps", 1e-5), param.get("momentum", 0.9)
        self.mu = param.get("running_mean", np.zeros(width, dtype))
        self.s2 = param.get("running_var", np.zeros(width, dtype))

    def train(self, x):
        self.m, self.v = x.mean(0), x.var(0)
        self.mu = self.mom * self.mu + (1 - self.mom) * self.m
        self.s2 = self.mom * self.s2 + (1 - self.mom) * self.v
        self.p["running_mean"], self.p["running_var"] = self.mu, self.s2
        return (x - self.m) / np.sqrt(self.v + self.eps)

    def test(self, x):
        return (x - self.mu) / np.sqrt(self.s2 + self.eps)


def batchnorm_forward(x, gamma, beta, bn_param):
    bn = BN(bn_param, x.shape[1], x.dtype)
    train = bn_param["mode"] == "train"
    z = bn.train(x) if train else bn.test(x)
    std = np.sqrt((bn.s2) + bn.eps)  # WRONG; right: std = np.sqrt((bn.v if train else bn.s2) + bn.eps)
    return gamma * z + beta, (z, gamma, std, train)


def batchnorm_backward(dout, cache):
    z, gamma, std, train = cache
    dgamma, dbeta = (dout * z).sum(0), dout.sum(0)
    dz = dout * gamma
    if train:
        dz = dz - dz.mean(0) - z * (dz * z).mean(0)
    return dz / std, dgamma, dbeta
