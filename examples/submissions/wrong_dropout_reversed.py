"""
Deep learning course, exercise 4: regularization

dropout_param['p'] is the dropout parameter from the assignment, 'mode' is train / test.
"""
import numpy as np


class Config:
    EPS = 1e-5
    MOMENTUM = 0.9


def affine_forward(inputs, weights, bias):
    batch_size = inputs.shape[0]
    flattened = inputs.reshape(batch_size, -1)
    result = flattened @ weights + bias
    return result, {"inputs": inputs, "weights": weights}


def affine_backward(grad_output, cache):
    inputs, weights = cache["inputs"], cache["weights"]
    flattened = inputs.reshape(inputs.shape[0], -1)
    grad_inputs = (grad_output @ weights.T).reshape(inputs.shape)
    grad_weights = flattened.T @ grad_output
    grad_bias = grad_output.sum(axis=0)
    return grad_inputs, grad_weights, grad_bias


def relu_forward(inputs):
    return np.maximum(inputs, 0), {"inputs": inputs}


def relu_backward(grad_output, cache):
    return np.where(cache["inputs"] > 0, grad_output, 0)


def batchnorm_forward(inputs, gamma, beta, bn_param):
    eps = bn_param.get("eps", Config.EPS)
    momentum = bn_param.get("momentum", Config.MOMENTUM)
    dim = inputs.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(dim, dtype=inputs.dtype))
    running_var = bn_param.get("running_var", np.zeros(dim, dtype=inputs.dtype))
    if bn_param["mode"] == "test":
        normalized = (inputs - running_mean) / np.sqrt(running_var + eps)
        return gamma * normalized + beta, {}
    elif bn_param["mode"] == "train":
        mean = inputs.mean(axis=0)
        var = inputs.var(axis=0)
        std = np.sqrt(var + eps)
        normalized = (inputs - mean) / std
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
        return gamma * normalized + beta, {"normalized": normalized, "std": std, "gamma": gamma}
    raise ValueError("mode must be train or test")


def batchnorm_backward(grad_output, cache):
    normalized, std, gamma = cache["normalized"], cache["std"], cache["gamma"]
    grad_gamma = (grad_output * normalized).sum(axis=0)
    grad_beta = grad_output.sum(axis=0)
    grad_normalized = grad_output * gamma
    grad_inputs = (
        grad_normalized
        - grad_normalized.mean(axis=0)
        - normalized * (grad_normalized * normalized).mean(axis=0)
    ) / std
    return grad_inputs, grad_gamma, grad_beta


def dropout_forward(inputs, dropout_param):
    p = dropout_param["p"]
    mode = dropout_param["mode"]
    if mode == "train":
        rng = np.random.default_rng(dropout_param.get("seed"))
        mask = rng.random(inputs.shape) >= p
        # inverted dropout: rescale now, so that nothing has to be done at test time
        mask = (mask / (1 - p)).astype(inputs.dtype) if p < 1 else np.zeros_like(inputs)
        return inputs * mask, {"mask": mask}
    return inputs, {"mask": None}


def dropout_backward(grad_output, cache):
    if cache["mask"] is None:
        return grad_output
    return grad_output * cache["mask"]


def softmax_loss(scores, labels):
    batch_size = scores.shape[0]
    index = np.arange(batch_size)
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    loss = -log_probs[index, labels].mean()
    grad = np.exp(log_probs)
    grad[index, labels] -= 1
    return loss, grad / batch_size
