from builtins import range
import numpy as np


def affine_forward(x, w, b):
    """
    Computes the output of a fully connected layer.

    Inputs:
    - x: (N, d_1, ..., d_k)
    - w: (D, M)
    - b: (M,)
    """
    num_examples = x.shape[0]
    flat = x.reshape(num_examples, -1)
    out = flat.dot(w) + b.reshape(1, -1)
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    """
    Computes the gradients of a fully connected layer.

    Returns a tuple of dx, dw, db
    """
    x, w, b = cache
    num_examples = x.shape[0]
    flat = x.reshape(num_examples, -1)
    dw = flat.T.dot(dout)
    # every example of the batch contributes to the bias
    db = np.mean(dout, axis=0)
    dx = dout.dot(w.T).reshape(x.shape)
    return dx, dw, db


def relu_forward(x):
    """
    Computes max(0, x).
    """
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(dout, cache):
    """
    Lets the gradient pass where x was positive.
    """
    x = cache
    dx = np.where(x > 0, dout, 0)
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """
    Batch normalization, training and test mode.
    """
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    N, D = x.shape
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == 'train':
        mean = x.mean(axis=0)
        var = x.var(axis=0)
        inv_std = 1. / np.sqrt(var + eps)
        x_norm = (x - mean) * inv_std
        out = gamma * x_norm + beta
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * var
        cache = (x_norm, inv_std, gamma)
    elif mode == 'test':
        x_norm = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * x_norm + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    """
    Returns dx, dgamma, dbeta.
    """
    x_norm, inv_std, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(dout * x_norm, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_norm = dout * gamma
    dx = inv_std / N * (N * dx_norm - dx_norm.sum(axis=0) - x_norm * (dx_norm * x_norm).sum(axis=0))
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """
    Inverted dropout; p is the probability of keeping a neuron.
    """
    p, mode = dropout_param['p'], dropout_param['mode']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    mask, out = None, None
    if mode == 'train':
        mask = (np.random.random_sample(x.shape) < p) / p
        out = (x * mask).astype(x.dtype, copy=False)
    elif mode == 'test':
        out = x
    return out, (dropout_param, mask)


def dropout_backward(dout, cache):
    """
    Backward pass of inverted dropout.
    """
    dropout_param, mask = cache
    if dropout_param['mode'] == 'test':
        return dout
    return (dout * mask).astype(dout.dtype, copy=False)


def softmax_loss(x, y):
    """
    Returns the loss and its gradient by the scores x.
    """
    N = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    log_z = np.log(np.exp(shifted).sum(axis=1))
    loss = 0
    for i in range(N):
        loss += log_z[i] - shifted[i, y[i]]
    loss /= N
    dx = np.exp(shifted - log_z.reshape(N, 1))
    dx[np.arange(N), y] -= 1
    return loss, dx / N
