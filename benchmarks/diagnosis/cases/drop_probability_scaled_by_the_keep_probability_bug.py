import numpy as np


def dropout_forward(x, dropout_param):
    p = dropout_param['p']
    if 'seed' in dropout_param:
        np.random.seed(dropout_param['seed'])
    if dropout_param['mode'] == 'train':
        mask = (np.random.rand(*x.shape) > p) * (1 - p)  # WRONG; right: mask = (np.random.rand(*x.shape) > p) / (1 - p)
        mask = mask.astype(x.dtype)
        return x * mask, (dropout_param, mask)
    return x, (dropout_param, None)


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    return dout * mask if dropout_param['mode'] == 'train' else dout
