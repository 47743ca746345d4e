"""The canonical layers as explicit loops over samples and features, every sum taken in order."""

import numpy as np


def affine_forward(x, w, b):
    """One dot product per sample and unit."""
    samples, (features, units) = x.shape[0], w.shape
    rows = x.reshape(samples, features)
    out = np.zeros((samples, units), dtype=x.dtype)
    for n in range(samples):
        for m in range(units):
            total = b[m]
            for d in range(features):
                total = total + rows[n, d] * w[d, m]
            out[n, m] = total
    return out, (x, w)


def affine_backward(dout, cache):
    """Every product of the forward hands its gradient to its two factors."""
    x, w = cache
    samples, (features, units) = x.shape[0], w.shape
    rows = x.reshape(samples, features)
    dx = np.zeros((samples, features), dtype=dout.dtype)
    dw = np.zeros((features, units), dtype=dout.dtype)
    db = np.zeros(units, dtype=dout.dtype)
    for n in range(samples):
        for m in range(units):
            upstream = dout[n, m]
            db[m] += upstream
            for d in range(features):
                dx[n, d] += upstream * w[d, m]
                dw[d, m] += upstream * rows[n, d]
    return dx.reshape(x.shape), dw, db


def relu_forward(x):
    """Element by element; NaN is not below zero and passes through."""
    out = np.zeros(x.shape, dtype=x.dtype)
    for place in np.ndindex(x.shape):
        if not x[place] <= 0:
            out[place] = x[place]
    return out, x


def relu_backward(dout, cache):
    """Only positive inputs pass the gradient on."""
    dx = np.zeros(dout.shape, dtype=dout.dtype)
    for place in np.ndindex(dout.shape):
        if cache[place] > 0:
            dx[place] = dout[place]
    return dx


def leaky_relu_forward(x, negative_slope=0.01):
    """Positive elements as they are, the others times the slope."""
    out = np.zeros(x.shape, dtype=x.dtype)
    for place in np.ndindex(x.shape):
        out[place] = x[place] if x[place] > 0 else x[place] * negative_slope
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    """The gradient times 1 or the slope."""
    x, negative_slope = cache
    dx = np.zeros(dout.shape, dtype=dout.dtype)
    for place in np.ndindex(dout.shape):
        dx[place] = dout[place] if x[place] > 0 else dout[place] * negative_slope
    return dx


def logistic(value):
    """The logistic function of one number, exp taken of what is negative only."""
    if value >= 0:
        return 1 / (1 + np.exp(-value))
    power = np.exp(value)
    return power / (1 + power)


def sigmoid_forward(x):
    """The logistic function of each element."""
    out = np.zeros(x.shape, dtype=x.dtype)
    for place in np.ndindex(x.shape):
        out[place] = logistic(x[place])
    return out, x


def sigmoid_backward(dout, cache):
    """The slope is s(x) s(-x)."""
    dx = np.zeros(dout.shape, dtype=dout.dtype)
    for place in np.ndindex(dout.shape):
        dx[place] = dout[place] * logistic(cache[place]) * logistic(-cache[place])
    return dx


def tanh_forward(x):
    """(1 - q) / (1 + q) with q = exp(-2|x|), the sign put back."""
    out = np.zeros(x.shape, dtype=x.dtype)
    for place in np.ndindex(x.shape):
        below_one = np.expm1(-2 * abs(x[place]))
        size = -below_one / (2 + below_one)
        out[place] = size if x[place] >= 0 else -size
    return out, x


def tanh_backward(dout, cache):
    """The slope is 1 / cosh(x)**2, which is 0 where cosh overflows."""
    dx = np.zeros(dout.shape, dtype=dout.dtype)
    with np.errstate(over="ignore"):
        for place in np.ndindex(dout.shape):
            dx[place] = dout[place] / np.cosh(cache[place]) ** 2
    return dx


def moments(values, count):
    """Mean and biased variance of a sequence, in two passes."""
    mean = 0 * values[0]
    for i in range(count):
        mean = mean + values[i]
    mean = mean / count
    variance = 0 * mean
    for i in range(count):
        variance = variance + (values[i] - mean) * (values[i] - mean)
    return mean, variance / count


def gradient_through_moments(dx_hat, values, mean, variance, eps):
    """The three formulas of Ioffe and Szegedy for one sequence of standardised values."""
    count = len(values)
    root = np.sqrt(variance + eps)
    dvariance = 0 * mean
    dmean = 0 * mean
    spread = 0 * mean
    for i in range(count):
        dvariance = dvariance - dx_hat[i] * (values[i] - mean) / (2 * root * root * root)
        dmean = dmean - dx_hat[i] / root
        spread = spread - 2 * (values[i] - mean)
    dmean = dmean + dvariance * spread / count
    return [dx_hat[i] / root + dvariance * 2 * (values[i] - mean) / count + dmean / count for i in range(count)]


def batchnorm_forward(x, gamma, beta, bn_param):
    """Feature after feature; the running statistics become new arrays."""
    mode = bn_param["mode"]
    if mode not in ("train", "test"):
        raise ValueError(f"batchnorm_forward: unknown mode {mode!r}")
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    samples, features = x.shape
    old_mean = bn_param.get("running_mean", np.zeros(features, dtype=x.dtype))
    old_variance = bn_param.get("running_var", np.zeros(features, dtype=x.dtype))
    means = np.zeros(features, dtype=x.dtype)
    variances = np.zeros(features, dtype=x.dtype)
    out = np.zeros(x.shape, dtype=x.dtype)
    for d in range(features):
        if mode == "train":
            means[d], variances[d] = moments(x[:, d], samples)
        else:
            means[d], variances[d] = old_mean[d], old_variance[d]
        for n in range(samples):
            out[n, d] = gamma[d] * ((x[n, d] - means[d]) / np.sqrt(variances[d] + eps)) + beta[d]
    if mode == "train":
        new_mean = np.zeros(features, dtype=x.dtype)
        new_variance = np.zeros(features, dtype=x.dtype)
        for d in range(features):
            new_mean[d] = old_mean[d] * momentum + means[d] * (1 - momentum)
            new_variance[d] = old_variance[d] * momentum + variances[d] * (1 - momentum)
        bn_param["running_mean"] = new_mean
        bn_param["running_var"] = new_variance
    return out, (x, gamma, means, variances, eps, mode)


def batchnorm_backward(dout, cache):
    """Feature after feature, through the variance and the mean."""
    x, gamma, means, variances, eps, mode = cache
    samples, features = x.shape
    dx = np.zeros(x.shape, dtype=dout.dtype)
    dgamma = np.zeros(features, dtype=dout.dtype)
    dbeta = np.zeros(features, dtype=dout.dtype)
    for d in range(features):
        root = np.sqrt(variances[d] + eps)
        for n in range(samples):
            dgamma[d] += dout[n, d] * (x[n, d] - means[d]) / root
            dbeta[d] += dout[n, d]
        dx_hat = [dout[n, d] * gamma[d] for n in range(samples)]
        if mode == "train":
            dx[:, d] = gradient_through_moments(dx_hat, x[:, d], means[d], variances[d], eps)
        else:
            dx[:, d] = [value / root for value in dx_hat]
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    """The Jacobian of each feature written out: gamma / root * (delta_ij - 1/N - x_hat_i x_hat_j / N)."""
    x, gamma, means, variances, eps, _ = cache
    samples, features = x.shape
    dx = np.zeros(x.shape, dtype=dout.dtype)
    dgamma = np.zeros(features, dtype=dout.dtype)
    dbeta = np.zeros(features, dtype=dout.dtype)
    for d in range(features):
        root = np.sqrt(variances[d] + eps)
        x_hat = [(x[n, d] - means[d]) / root for n in range(samples)]
        for i in range(samples):
            dgamma[d] += dout[i, d] * x_hat[i]
            dbeta[d] += dout[i, d]
            for j in range(samples):
                entry = (int(i == j) * samples - 1 - x_hat[i] * x_hat[j]) / samples
                dx[i, d] += entry * dout[j, d] * gamma[d] / root
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    """Row after row."""
    eps = ln_param.get("eps", 1e-5)
    shape, x = x.shape, x.reshape(-1, x.shape[-1])
    samples, features = x.shape
    means = np.zeros(samples, dtype=x.dtype)
    variances = np.zeros(samples, dtype=x.dtype)
    out = np.zeros(x.shape, dtype=x.dtype)
    for n in range(samples):
        means[n], variances[n] = moments(x[n], features)
        for d in range(features):
            out[n, d] = gamma[d] * ((x[n, d] - means[n]) / np.sqrt(variances[n] + eps)) + beta[d]
    return out.reshape(shape), (x, gamma, means, variances, eps)


def layernorm_backward(dout, cache):
    """Row after row, through the variance and the mean."""
    x, gamma, means, variances, eps = cache
    shape, dout = dout.shape, dout.reshape(x.shape)
    samples, features = x.shape
    dx = np.zeros(x.shape, dtype=dout.dtype)
    dgamma = np.zeros(features, dtype=dout.dtype)
    dbeta = np.zeros(features, dtype=dout.dtype)
    for n in range(samples):
        root = np.sqrt(variances[n] + eps)
        for d in range(features):
            dgamma[d] += dout[n, d] * (x[n, d] - means[n]) / root
            dbeta[d] += dout[n, d]
        dx_hat = [dout[n, d] * gamma[d] for d in range(features)]
        dx[n] = gradient_through_moments(dx_hat, x[n], means[n], variances[n], eps)
    return dx.reshape(shape), dgamma, dbeta


def dropout_forward(x, dropout_param):
    """One draw per element, in order."""
    p, mode = dropout_param["p"], dropout_param["mode"]
    kept = np.ones(x.shape, dtype=bool)
    if mode == "test":
        return x.copy(), (kept, 1)
    if mode != "train":
        raise ValueError(f"dropout_forward: unknown mode {mode!r}")
    source = np.random.default_rng(dropout_param.get("seed"))
    out = np.zeros(x.shape, dtype=x.dtype)
    for place in np.ndindex(x.shape):
        kept[place] = source.random() < p
        if kept[place]:
            out[place] = x[place] / p
    return out, (kept, p)


def dropout_backward(dout, cache):
    """What was kept passes the gradient, divided like the input."""
    kept, p = cache
    dx = np.zeros(dout.shape, dtype=dout.dtype)
    for place in np.ndindex(dout.shape):
        if kept[place]:
            dx[place] = dout[place] / p
    return dx


def affine_relu_forward(x, w, b):
    """Affine, then relu."""
    hidden, affine_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(hidden)
    return out, (affine_cache, relu_cache)


def affine_relu_backward(dout, cache):
    """Relu, then affine."""
    affine_cache, relu_cache = cache
    return affine_backward(relu_backward(dout, relu_cache), affine_cache)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    """Affine, batch normalization, relu."""
    hidden, affine_cache = affine_forward(x, w, b)
    normal, norm_cache = batchnorm_forward(hidden, gamma, beta, bn_param)
    out, relu_cache = relu_forward(normal)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_bn_relu_backward(dout, cache):
    """The three backwards in turn."""
    affine_cache, norm_cache, relu_cache = cache
    dhidden, dgamma, dbeta = batchnorm_backward(relu_backward(dout, relu_cache), norm_cache)
    dx, dw, db = affine_backward(dhidden, affine_cache)
    return dx, dw, db, dgamma, dbeta


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    """Affine, layer normalization, relu."""
    hidden, affine_cache = affine_forward(x, w, b)
    normal, norm_cache = layernorm_forward(hidden, gamma, beta, ln_param)
    out, relu_cache = relu_forward(normal)
    return out, (affine_cache, norm_cache, relu_cache)


def affine_ln_relu_backward(dout, cache):
    """The three backwards in turn."""
    affine_cache, norm_cache, relu_cache = cache
    dhidden, dgamma, dbeta = layernorm_backward(relu_backward(dout, relu_cache), norm_cache)
    dx, dw, db = affine_backward(dhidden, affine_cache)
    return dx, dw, db, dgamma, dbeta
