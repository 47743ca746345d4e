"""layers.py -- A2 Q1/Q2 (FC net + batch normalization). Vectorized everything, no loops!"""
import numpy as np


# ======== affine ========
def affine_forward(x, w, b):
    n = x.shape[0]
    out = np.dot(np.reshape(x, (n, -1)), w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    n = x.shape[0]
    dx = np.reshape(np.dot(dout, w.T), x.shape)
    dw = np.dot(np.reshape(x, (n, -1)).T, dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


# ======== relu ========
def relu_forward(x):
    out = np.maximum(x, 0)
    return out, out


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


# ======== batchnorm ========
def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get('eps', 1e-5)
    mom = bn_param.get('momentum', 0.9)
    rm = bn_param.get('running_mean', np.zeros(x.shape[1], x.dtype))
    rv = bn_param.get('running_var', np.zeros(x.shape[1], x.dtype))

    if bn_param['mode'] == 'train':
        m = np.mean(x, axis=0, keepdims=True)
        v = np.var(x, axis=0, keepdims=True)
        s = np.sqrt(v + eps)
        xh = (x - m) / s
        rm = mom * rm + (1 - mom) * m
        rv = mom * rv + (1 - mom) * v
        cache = xh, s, gamma
    elif bn_param['mode'] == 'test':
        xh = (x - rm) / np.sqrt(rv + eps)
        cache = None
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % bn_param['mode'])

    bn_param['running_mean'] = rm
    bn_param['running_var'] = rv
    return xh * gamma + beta, cache


def batchnorm_backward(dout, cache):
    xh, s, gamma = cache
    n = dout.shape[0]
    dgamma = np.sum(dout * xh, axis=0, keepdims=True)
    dbeta = np.sum(dout, axis=0, keepdims=True)
    dx = (gamma / s) * (dout - dbeta / n - xh * dgamma / n)
    return dx, dgamma, dbeta


# ======== layernorm ========
def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get('eps', 1e-5)
    m = np.mean(x, axis=1, keepdims=True)
    v = np.var(x, axis=1, keepdims=True)
    s = np.sqrt(v + eps)
    xh = (x - m) / s
    return xh * gamma + beta, (xh, s, gamma)


def layernorm_backward(dout, cache):
    xh, s, gamma = cache
    g = dout * gamma
    dx = (g - g.mean(axis=1, keepdims=True) - xh * (g * xh).mean(axis=1, keepdims=True)) / s
    return dx, np.sum(dout * xh, axis=0), np.sum(dout, axis=0)


# ======== softmax ========
def softmax_loss(x, y):
    n = x.shape[0]
    x = x - np.max(x, axis=1, keepdims=True)
    logsum = np.log(np.sum(np.exp(x), axis=1))
    loss = np.mean(logsum - x[range(n), y])
    dx = np.exp(x - logsum[:, None])
    dx[range(n), y] -= 1
    return loss, dx / n
