import numpy as np
import scipy.special


class Sigmoid:

    def forward(self, Z):
        self.A = 0.5 * (1 + np.tanh(0.5 * Z))
        return self.A

    def backward(self, dLdA):
        return dLdA * (self.A - self.A * self.A)


class Tanh:

    def forward(self, Z):
        self.A = np.tanh(Z)
        return self.A

    def backward(self, dLdA):
        return dLdA * (1 - self.A * self.A)


class ReLU:

    def forward(self, Z):
        self.A = np.maximum(Z, 0)
        return self.A

    def backward(self, dLdA):
        return np.where(self.A > 0, dLdA, 0)


class GELU:

    def forward(self, Z):
        self.Z = Z
        return 0.5 * Z * (1 + scipy.special.erf(Z / np.sqrt(2)))
