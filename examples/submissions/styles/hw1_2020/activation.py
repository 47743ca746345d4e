import numpy as np


class Activation(object):

    def __init__(self):
        self.state = None

    def __call__(self, x):
        return self.forward(x)


class Sigmoid(Activation):

    def forward(self, x):
        e = np.exp(-np.abs(x))  # never overflows
        self.state = np.where(x >= 0, 1 / (1 + e), e / (1 + e))
        return self.state

    def derivative(self):
        return self.state * (1 - self.state)


class Tanh(Activation):

    def forward(self, x):
        self.state = np.tanh(x)
        return self.state

    def derivative(self):
        return 1 - self.state ** 2


class ReLU(Activation):

    def forward(self, x):
        self.state = np.maximum(x, 0)
        return self.state

    def derivative(self):
        return self.state > 0
