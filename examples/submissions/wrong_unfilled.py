"""
Assignment 2 - layers.py

Handing in what I have so far, dropout and batchnorm are still in progress.
"""
from builtins import range
import numpy as np


def affine_forward(x, w, b):
    """
    Forward pass of a fully connected layer, returns out and (x, w, b).
    """
    out = None
    ###########################################################
    # TODO: implement the affine forward pass                 #
    ###########################################################
    out = x.reshape(x.shape[0], -1).dot(w) + b
    ###########################################################
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    """
    Backward pass of a fully connected layer, returns dx, dw and db.
    """
    x, w, b = cache
    dx, dw, db = None, None, None
    ###########################################################
    # TODO: implement the affine backward pass                #
    ###########################################################
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout.sum(axis=0)
    ###########################################################
    return dx, dw, db


def relu_forward(x):
    """
    Forward pass of a layer of rectified linear units.
    """
    out = None
    ###########################################################
    # TODO: implement the ReLU forward pass                   #
    ###########################################################
    out = np.maximum(0, x)
    ###########################################################
    cache = x
    return out, cache


def batchnorm_forward(x, gamma, beta, bn_param):
    """
    Forward pass of batch normalization.
    """
    mode = bn_param['mode']
    out, cache = None, None
    if mode == 'train':
        #######################################################
        # TODO: training-time forward pass                    #
        #######################################################
        pass
    elif mode == 'test':
        #######################################################
        # TODO: test-time forward pass                        #
        #######################################################
        pass
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    return out, cache


def batchnorm_backward(dout, cache):
    """
    Backward pass of batch normalization.
    """
    dx, dgamma, dbeta = None, None, None
    ###########################################################
    # TODO: implement the backward pass                       #
    ###########################################################
    pass
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    """
    Forward pass of inverted dropout.
    """
    raise NotImplementedError('dropout_forward is not done yet')


def dropout_backward(dout, cache):
    """
    Backward pass of inverted dropout.
    """
    dropout_param, mask = cache
    if dropout_param['mode'] == 'train':
        return dout * mask
    return dout


def softmax_loss(x, y):
    """
    Softmax loss and its gradient.
    """
    N = x.shape[0]
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -logp[range(N), y].sum() / N
    dx = np.exp(logp)
    dx[range(N), y] -= 1
    dx /= N
    return loss, dx
