from builtins import range

import numpy as np


def affine_forward(x, w, b):
    """
    Forward pass of an affine (fully connected) layer.

    Every one of the N examples in the minibatch is reshaped into a vector of
    length D = d_1 * ... * d_k and then multiplied with the weights.

    Inputs:
    - x: minibatch, shape (N, d_1, ..., d_k)
    - w: weights, shape (D, M)
    - b: biases, shape (M,)

    Returns a tuple of:
    - out: shape (N, M)
    - cache: (x, w, b)
    """
    N = x.shape[0]
    X = x.reshape(N, -1)
    out = X.dot(w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    """
    Backward pass of an affine layer.

    Inputs:
    - dout: upstream derivative, shape (N, M)
    - cache: tuple (x, w, b) from the forward pass

    Returns a tuple of:
    - dx: shape (N, d_1, ..., d_k)
    - dw: shape (D, M)
    - db: shape (M,)
    """
    x, w, b = cache
    X = x.reshape(x.shape[0], -1)
    dx = dout.dot(w.T).reshape(x.shape)
    dw = X.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    """
    Forward pass of a layer of ReLUs.

    Input:
    - x: any shape

    Returns a tuple of:
    - out: same shape as x
    - cache: x
    """
    out = np.maximum(0, x)
    cache = x
    return out, cache


def relu_backward(dout, cache):
    """
    Backward pass of a layer of ReLUs.

    Input:
    - dout: upstream derivatives, any shape
    - cache: the input x, same shape as dout

    Returns:
    - dx: gradient with respect to x
    """
    x = cache
    dx = dout * (x > 0)
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """
    Forward pass of batch normalization.

    In training the minibatch's own mean and (uncorrected) variance normalize
    the data, and exponentially decaying averages of both are kept for test
    time, where they take the minibatch's place.

    Input:
    - x: data, shape (N, D)
    - gamma: scale, shape (D,)
    - beta: shift, shape (D,)
    - bn_param: dictionary with
      - mode: 'train' or 'test'; required
      - eps: constant for numeric stability
      - momentum: constant for the running mean / variance
      - running_mean: shape (D,), running mean of the features
      - running_var: shape (D,), running variance of the features

    Returns a tuple of:
    - out: shape (N, D)
    - cache: values the backward pass needs
    """
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)

    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    out, cache = None, None
    if mode == "train":
        mu = x.mean(axis=0)
        xc = x - mu
        var = np.mean(xc ** 2, axis=0)
        std = np.sqrt(var + eps)
        xn = xc / std
        out = gamma * xn + beta
        cache = (xn, gamma, std)

        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        xn = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * xn + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

    # store the updated running means back into bn_param
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var

    return out, cache


def batchnorm_backward(dout, cache):
    """
    Backward pass of batch normalization, along the computational graph.

    Inputs:
    - dout: upstream derivatives, shape (N, D)
    - cache: from batchnorm_forward

    Returns a tuple of:
    - dx: shape (N, D)
    - dgamma: shape (D,)
    - dbeta: shape (D,)
    """
    xn, gamma, std = cache
    N = dout.shape[0]

    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xn, axis=0)

    dxn = dout * gamma
    # xn = xc / std, and xc / std**2 = xn / std
    dxc = dxn / std
    dstd = -np.sum(dxn * xn, axis=0) / std
    dvar = 0.5 * dstd / std
    # var = mean(xc ** 2), xc = xn * std
    dxc = dxc + (2.0 / N) * dvar * xn * std
    dmu = -np.sum(dxc, axis=0)
    dx = dxc + dmu / N

    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """
    Backward pass of batch normalization, simplified on paper.

    Inputs / outputs: same as batchnorm_backward.
    """
    xn, gamma, std = cache
    N = dout.shape[0]

    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xn, axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - xn * dgamma)

    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """
    Forward pass of layer normalization: every data point is normalized over
    its own features, the same way in training and at test time.

    Input:
    - x: data, shape (N, D)
    - gamma: scale, shape (D,)
    - beta: shift, shape (D,)
    - ln_param: dictionary with
      - eps: constant for numeric stability

    Returns a tuple of:
    - out: shape (N, D)
    - cache: values the backward pass needs
    """
    eps = ln_param.get("eps", 1e-5)

    # same code as batchnorm, on the transposed data
    xt = x.T
    mu = xt.mean(axis=0)
    xc = xt - mu
    std = np.sqrt(np.mean(xc ** 2, axis=0) + eps)
    xn = (xc / std).T
    out = gamma * xn + beta
    cache = (xn, gamma, std)
    return out, cache


def layernorm_backward(dout, cache):
    """
    Backward pass of layer normalization.

    Inputs:
    - dout: upstream derivatives, shape (N, D)
    - cache: from layernorm_forward

    Returns a tuple of:
    - dx: shape (N, D)
    - dgamma: shape (D,)
    - dbeta: shape (D,)
    """
    xn, gamma, std = cache
    D = dout.shape[1]

    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xn, axis=0)

    dxn = (dout * gamma).T
    xt = xn.T
    dx = (D * dxn - dxn.sum(axis=0) - xt * np.sum(dxn * xt, axis=0)) / (D * std)
    dx = dx.T

    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """
    Forward pass of (inverted) dropout.

    Inputs:
    - x: any shape
    - dropout_param: dictionary with
      - p: each neuron output is kept with probability p
      - mode: 'train' or 'test'
      - seed: makes the function deterministic, for gradient checking

    Returns a tuple of:
    - out: same shape as x
    - cache: (dropout_param, mask); mask is None at test time
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask = None
    out = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        mask = mask.astype(x.dtype)
        out = x * mask
    elif mode == "test":
        out = x

    cache = (dropout_param, mask)
    return out, cache


def dropout_backward(dout, cache):
    """
    Backward pass of (inverted) dropout.

    Inputs:
    - dout: upstream derivatives, any shape
    - cache: (dropout_param, mask) from dropout_forward
    """
    dropout_param, mask = cache
    mode = dropout_param["mode"]

    dx = None
    if mode == "train":
        dx = dout * mask
    elif mode == "test":
        dx = dout
    return dx


def svm_loss(x, y):
    """
    Loss and gradient of the multiclass SVM.

    Inputs:
    - x: scores, shape (N, C)
    - y: labels, shape (N,), 0 <= y[i] < C

    Returns a tuple of:
    - loss: scalar
    - dx: gradient of the loss with respect to x
    """
    N = x.shape[0]
    correct = x[np.arange(N), y].reshape(N, 1)
    margins = np.maximum(0, x - correct + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N

    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= np.sum(margins > 0, axis=1)
    dx /= N
    return loss, dx


def softmax_loss(x, y):
    """
    Loss and gradient of the softmax classifier.

    Inputs:
    - x: scores, shape (N, C)
    - y: labels, shape (N,), 0 <= y[i] < C

    Returns a tuple of:
    - loss: scalar
    - dx: gradient of the loss with respect to x
    """
    N = x.shape[0]
    # shift so that the largest score of every row is 0
    z = x - np.max(x, axis=1, keepdims=True)
    logp = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    loss = -np.sum(logp[np.arange(N), y]) / N

    dx = np.exp(logp)
    for i in range(N):
        dx[i, y[i]] -= 1
    dx /= N
    return loss, dx
