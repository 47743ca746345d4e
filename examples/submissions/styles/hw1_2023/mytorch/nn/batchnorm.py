import numpy as np


class BatchNorm1d:

    def __init__(self, num_features, alpha=0.9):
        self.alpha = alpha
        self.eps = 1e-8
        self.BW = np.ones((1, num_features))
        self.Bb = np.zeros((1, num_features))
        self.running_M = np.zeros((1, num_features))
        self.running_V = np.ones((1, num_features))

    def forward(self, Z, eval=False):
        if eval:
            self.NZ = (Z - self.running_M) / np.sqrt(self.running_V + self.eps)
            return self.BW * self.NZ + self.Bb
        self.Z = Z
        self.M = np.mean(Z, axis=0)
        self.V = np.mean((Z - self.M) ** 2, axis=0)
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BW * self.NZ + self.Bb

    def backward(self, dLdBZ):
        self.dLdBb = np.sum(dLdBZ, axis=0)
        self.dLdBW = np.sum(dLdBZ * self.NZ, axis=0)
        dLdNZ = dLdBZ * self.BW
        inside = dLdNZ - np.mean(dLdNZ, axis=0) - self.NZ * np.mean(dLdNZ * self.NZ, axis=0)
        return inside / np.sqrt(self.V + self.eps)
