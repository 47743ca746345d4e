""" Assignment 2, part 3: dropout. (affine, relu, batchnorm etc. are from part 1 and 2) """
from builtins import range
import numpy as np

def affine_forward(x, w, b):
  xx = x.reshape(x.shape[0], np.prod(x.shape[1:]))
  out = xx.dot(w) + b
  cache = (x, w, b)
  return out, cache

def affine_backward(dout, cache):
  x, w, b = cache
  xx = x.reshape(x.shape[0], np.prod(x.shape[1:]))
  dw = xx.T.dot(dout)
  db = np.sum(dout, axis=0)
  dx = dout.dot(w.T).reshape(*x.shape)
  return dx, dw, db

def relu_forward(x):
  out = np.maximum(0, x)
  cache = x
  return out, cache

def relu_backward(dout, cache):
  x = cache
  dx = dout * np.where(x > 0, 1, 0).astype(dout.dtype)
  return dx

def batchnorm_forward(x, gamma, beta, bn_param):
  mode = bn_param['mode']
  eps = bn_param.get('eps', 1e-5)
  momentum = bn_param.get('momentum', 0.9)
  N, D = x.shape
  running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
  running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
  cache = None
  if mode == 'train':
    mu = np.sum(x, axis=0) / N
    xmu = x - mu
    var = np.sum(xmu ** 2, axis=0) / N
    sqrtvar = np.sqrt(var + eps)
    xhat = xmu / sqrtvar
    out = gamma * xhat + beta
    running_mean = momentum * running_mean + (1 - momentum) * mu
    running_var = momentum * running_var + (1 - momentum) * var
    cache = (xhat, xmu, sqrtvar, gamma)
  elif mode == 'test':
    out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
  else:
    raise ValueError('Invalid mode "%s"' % mode)
  bn_param['running_mean'] = running_mean
  bn_param['running_var'] = running_var
  return out, cache

def batchnorm_backward(dout, cache):
  xhat, xmu, sqrtvar, gamma = cache
  N, D = dout.shape
  dgamma = np.sum(dout * xhat, axis=0)
  dbeta = np.sum(dout, axis=0)
  dxhat = dout * gamma
  dvar = np.sum(dxhat * xmu, axis=0) * -0.5 / sqrtvar ** 3
  dmu = -np.sum(dxhat, axis=0) / sqrtvar
  dx = dxhat / sqrtvar + dvar * 2 * xmu / N + dmu / N
  return dx, dgamma, dbeta

def dropout_forward(x, dropout_param):
  """
  Inputs:
  - x: input data of any shape
  - dropout_param: p (probability to keep a neuron), mode, optionally seed

  Outputs:
  - out: array of the same shape as x
  - cache: (dropout_param, mask)
  """
  p, mode = dropout_param['p'], dropout_param['mode']
  if 'seed' in dropout_param:
    np.random.seed(dropout_param['seed'])
  mask = None
  out = None
  if mode == 'train':
    mask = np.random.rand(*x.shape) < p
    out = x * mask
  elif mode == 'test':
    out = x
  cache = (dropout_param, mask)
  return out, cache

def dropout_backward(dout, cache):
  dropout_param, mask = cache
  if dropout_param['mode'] == 'train':
    dx = dout * mask
  else:
    dx = dout
  return dx

def softmax_loss(x, y):
  N = x.shape[0]
  z = x - np.max(x, axis=1).reshape(N, 1)
  denom = np.sum(np.exp(z), axis=1).reshape(N, 1)
  loss = 0.0
  for i in range(N):
    loss += np.log(denom[i, 0]) - z[i, y[i]]
  loss /= N
  dx = np.exp(z) / denom
  for i in range(N):
    dx[i, y[i]] -= 1.0
  dx /= N
  return loss, dx
