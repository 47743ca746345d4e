"""The canonical layers as computational graphs: one small step per line, walked back node by node."""

import numpy as np


def affine_forward(x, w, b):
    """Flatten, multiply, add."""
    flat = np.reshape(x, (len(x), -1))
    product = np.dot(flat, w)
    out = product + b
    return out, (x.shape, flat, w)


def affine_backward(dout, cache):
    """Back through the addition, the product and the flattening."""
    shape, flat, w = cache
    dproduct = dout
    db = np.add.reduce(dout, axis=0)
    dflat = np.dot(dproduct, np.transpose(w))
    dw = np.dot(np.transpose(flat), dproduct)
    dx = np.reshape(dflat, shape)
    return dx, dw, db


def relu_forward(x):
    """One maximum gate."""
    out = np.maximum(x, 0)
    return out, x > 0


def relu_backward(dout, cache):
    """The gate routes the gradient to the side that won."""
    is_open = cache
    return np.where(is_open, dout, 0)


def leaky_relu_forward(x, negative_slope=0.01):
    """A maximum gate and a scaled minimum gate, added."""
    upper = np.maximum(x, 0)
    lower = np.minimum(x, 0)
    scaled = lower * negative_slope
    out = upper + scaled
    return out, (x > 0, negative_slope)


def leaky_relu_backward(dout, cache):
    """Each gate routes its share."""
    is_upper, negative_slope = cache
    dupper = np.where(is_upper, dout, 0)
    dscaled = np.where(is_upper, 0, dout)
    dlower = dscaled * negative_slope
    return dupper + dlower


def sigmoid_forward(x):
    """The two halves of the logistic function, each with a negative exponent."""
    power = np.exp(np.minimum(x, -x))
    denominator = 1 + power
    right = 1 / denominator
    left = power / denominator
    out = np.where(x < 0, left, right)
    return out, out


def sigmoid_backward(dout, cache):
    """The local slope is out (1 - out)."""
    out = cache
    complement = 1 - out
    slope = out * complement
    return slope * dout


def tanh_forward(x):
    """One node."""
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    """The local slope is 1 - out**2."""
    out = cache
    square = out**2
    slope = 1 - square
    return slope * dout


def normalize(x, gamma, beta, eps, axis):
    """The walk forward along ``axis``: mean, difference, square, variance, root, inverse, product, scale, shift."""
    count = x.shape[axis]
    mean = np.sum(x, axis=axis, keepdims=True) / count
    difference = x - mean
    square = difference**2
    variance = np.sum(square, axis=axis, keepdims=True) / count
    root = np.sqrt(variance + eps)
    inverse = 1.0 / root
    x_hat = difference * inverse
    scaled = x_hat * gamma
    out = scaled + beta
    return out, mean, variance, (x_hat, gamma, difference, inverse, root, axis)


def denormalize(dout, cache):
    """The same walk backward."""
    x_hat, gamma, difference, inverse, root, axis = cache
    count = dout.shape[axis]
    # the shift
    dbeta = np.sum(dout, axis=0)
    dscaled = dout
    # the scale
    dgamma = np.sum(dscaled * x_hat, axis=0)
    dx_hat = dscaled * gamma
    # the product
    dinverse = np.sum(dx_hat * difference, axis=axis, keepdims=True)
    ddifference_1 = dx_hat * inverse
    # the inverse
    droot = -dinverse / root**2
    # the root
    dvariance = 0.5 * inverse * droot
    # the mean of the squares
    dsquare = np.ones_like(dout) / count * dvariance
    # the square
    ddifference_2 = 2 * difference * dsquare
    # the difference
    ddifference = ddifference_1 + ddifference_2
    dx_1 = ddifference
    dmean = -np.sum(ddifference, axis=axis, keepdims=True)
    # the mean
    dx_2 = np.ones_like(dout) / count * dmean
    dx = dx_1 + dx_2
    return dx, dgamma, dbeta


def batchnorm_forward(x, gamma, beta, bn_param):
    """The walk along the batch, or the running statistics as constants."""
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    zeros = np.zeros_like(x[0])
    running_mean = bn_param.get("running_mean", zeros)
    running_var = bn_param.get("running_var", zeros)
    if mode == "train":
        out, mean, variance, walk = normalize(x, gamma, beta, eps, axis=0)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean[0]
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * variance[0]
        return out, (mode, walk)
    if mode == "test":
        difference = x - running_mean
        root = np.sqrt(running_var + eps)
        x_hat = difference / root
        out = x_hat * gamma + beta
        return out, (mode, (x_hat, gamma, root))
    raise ValueError(f"batchnorm_forward: unknown mode {mode!r}")


def batchnorm_backward(dout, cache):
    """The walk back; constants take no gradient."""
    mode, walk = cache
    if mode == "train":
        return denormalize(dout, walk)
    x_hat, gamma, root = walk
    dx_hat = dout * gamma
    dx = dx_hat / root
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout, cache):
    """The walk's nodes folded into one product of three terms."""
    _, (x_hat, gamma, _, inverse, _, _) = cache
    count = len(dout)
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(x_hat * dout, axis=0)
    dx_hat = dout * gamma
    itself = count * dx_hat
    through_mean = np.sum(dx_hat, axis=0)
    through_variance = x_hat * np.sum(dx_hat * x_hat, axis=0)
    dx = inverse / count * (itself - through_mean - through_variance)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """The walk along the features, row by row of whatever x is."""
    rows = x.reshape(-1, x.shape[-1])
    out, _, _, walk = normalize(rows, gamma, beta, ln_param.get("eps", 1e-5), axis=1)
    return out.reshape(x.shape), walk


def layernorm_backward(dout, cache):
    """The walk back."""
    dx, dgamma, dbeta = denormalize(dout.reshape(-1, dout.shape[-1]), cache)
    return dx.reshape(dout.shape), dgamma, dbeta


def dropout_forward(x, dropout_param):
    """A random gate and a gain."""
    p = dropout_param["p"]
    mode = dropout_param["mode"]
    if mode == "test":
        return np.array(x), None
    if mode != "train":
        raise ValueError(f"dropout_forward: unknown mode {mode!r}")
    source = np.random.RandomState(dropout_param.get("seed"))
    uniform = source.random_sample(x.shape)
    is_open = uniform < p
    gated = np.where(is_open, x, 0)
    out = gated / p
    return out, (is_open, p)


def dropout_backward(dout, cache):
    """Back through the gain and the gate."""
    if cache is None:
        return np.array(dout)
    is_open, p = cache
    dgated = dout / p
    return np.where(is_open, dgated, 0)


def log_probabilities(scores):
    """Shift, exponential, sum, logarithm, difference."""
    largest = np.max(scores, axis=1, keepdims=True)
    shifted = scores - largest
    power = np.exp(shifted)
    total = np.sum(power, axis=1, keepdims=True)
    log_total = np.log(total)
    return shifted - log_total, power / total


def softmax_loss(x, y):
    """From the mean back to the scores, the logarithm and the exponential each a node."""
    count = len(x)
    rows = np.arange(count)
    logarithms, probabilities = log_probabilities(x)
    loss = -np.sum(logarithms[rows, y]) / count
    # the mean of the picked ones
    dlogarithms = np.zeros_like(x)
    dlogarithms[rows, y] = -1 / count
    # the difference: each row's own logarithm and, through the log of the sum, all of its scores
    dlog_total = -np.sum(dlogarithms, axis=1, keepdims=True)
    dx = dlogarithms + probabilities * dlog_total
    return loss, dx


def softmax_cross_entropy(logits, y):
    """Probabilities and the mean of the picked logarithms."""
    logarithms, probabilities = log_probabilities(logits)
    picked = np.take_along_axis(logarithms, y[:, np.newaxis], axis=1)
    return probabilities, -np.mean(picked)


def softmax_cross_entropy_backward(a, y):
    """Probabilities less the one-hot labels."""
    one_hot = np.zeros_like(a)
    np.put_along_axis(one_hot, y[:, np.newaxis], 1, axis=1)
    return a - one_hot


def svm_loss(x, y):
    """Pick, difference, margin, gate, mean; and back."""
    count = len(x)
    rows = np.arange(count)
    picked = x[rows, y]
    difference = x - picked[:, np.newaxis]
    margin = difference + 1
    is_wrong_class = np.ones(x.shape, dtype=bool)
    is_wrong_class[rows, y] = False
    is_open = is_wrong_class & (margin > 0)
    hinge = np.where(is_open, margin, 0)
    loss = np.sum(hinge) / count
    # the mean
    dhinge = np.ones_like(x) / count
    # the gate
    ddifference = np.where(is_open, dhinge, 0)
    # the difference
    dpicked = -np.sum(ddifference, axis=1)
    # the pick
    dx = np.array(ddifference)
    dx[rows, y] += dpicked
    return loss, dx


def affine_relu_forward(x, w, b):
    """Two nodes."""
    a, first = affine_forward(x, w, b)
    out, second = relu_forward(a)
    return out, (first, second)


def affine_relu_backward(dout, cache):
    """Two nodes back."""
    first, second = cache
    da = relu_backward(dout, second)
    dx, dw, db = affine_backward(da, first)
    return dx, dw, db


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Three nodes."""
    a, first = affine_forward(x, w, b)
    h, second = batchnorm_forward(a, gamma, beta, bn_param)
    out, third = relu_forward(h)
    return out, (first, second, third)


def affine_bn_relu_backward(dout, cache):
    """Three nodes back, by the folded batch normalization."""
    first, second, third = cache
    dh = relu_backward(dout, third)
    da, dgamma, dbeta = batchnorm_backward_alt(dh, second)
    dx, dw, db = affine_backward(da, first)
    return dx, dw, db, dgamma, dbeta


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Three nodes."""
    a, first = affine_forward(x, w, b)
    h, second = layernorm_forward(a, gamma, beta, ln_param)
    out, third = relu_forward(h)
    return out, (first, second, third)


def affine_ln_relu_backward(dout, cache):
    """Three nodes back."""
    first, second, third = cache
    dh = relu_backward(dout, third)
    da, dgamma, dbeta = layernorm_backward(dh, second)
    dx, dw, db = affine_backward(da, first)
    return dx, dw, db, dgamma, dbeta
