import numpy as np

AXES = (2, 3)  # WRONG; right: AXES = (2, 3, 4)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    grouped = x.reshape(N, G, C // G, H, W)
    mu = grouped.mean(axis=AXES, keepdims=True)
    var = grouped.var(axis=AXES, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = ((grouped - mu) / std).reshape(x.shape)
    g = np.reshape(gamma, (1, C, 1, 1))
    return g * xhat + np.reshape(beta, (1, C, 1, 1)), (xhat, std, g, G, gamma.shape)


def spatial_groupnorm_backward(dout, cache):
    xhat, std, g, G, shape = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(shape)
    dgamma = (dout * xhat).sum(axis=(0, 2, 3)).reshape(shape)
    d = (dout * g).reshape(N, G, C // G, H, W)
    h = xhat.reshape(d.shape)
    dx = (d - d.mean(axis=AXES, keepdims=True) - h * (d * h).mean(axis=AXES, keepdims=True)) / std
    return dx.reshape(dout.shape), dgamma, dbeta
