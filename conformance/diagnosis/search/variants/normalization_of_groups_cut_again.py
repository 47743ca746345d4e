"""Group normalization that keeps whole images, and cuts them into groups again on the way back."""

import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    groups = x.reshape(N, G, C // G, H, W)
    mean = np.mean(groups, axis=(2, 3, 4), keepdims=True)
    centred = groups - mean
    var = np.mean(centred**2, axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (centred / std).reshape(x.shape)
    stds = (std + np.zeros_like(groups)).reshape(x.shape)
    out = gamma.reshape(1, C, 1, 1) * x_hat + beta.reshape(1, C, 1, 1)
    return out, (x_hat, stds, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    x_hat, stds, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(gamma.shape)
    cut = (N, G, C // G, H, W)
    dx_hat = (dout * gamma.reshape(1, C, 1, 1)).reshape(cut)
    normal = x_hat.reshape(cut)
    mean = np.mean(dx_hat, axis=(2, 3, 4), keepdims=True)
    along = np.mean(dx_hat * normal, axis=(2, 3, 4), keepdims=True)
    dx = (dx_hat - mean - normal * along) / stds.reshape(cut)
    return dx.reshape(dout.shape), dgamma, dbeta
