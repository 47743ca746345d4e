import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    C = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(C, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(C, dtype=x.dtype))
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * var
    else:
        mean, var = running_mean, running_var
        bn_param["running_mean"], bn_param["running_var"] = mean, var
    c = (slice(None), None, None)
    istd = 1 / np.sqrt(var + eps)[c]
    xhat = (x - mean[c]) * istd
    return gamma[c] * xhat + beta[c], (xhat, istd, gamma)


def spatial_batchnorm_backward(dout, cache):
    xhat, istd, gamma = cache
    count = dout.size // dout.shape[1]
    dgamma = np.einsum("nchw,nchw->c", dout, xhat)
    dbeta = np.einsum("nchw->c", dout)
    c = (slice(None), None, None)
    dx = gamma[c] * istd / count * (count * dout - dbeta[c] - xhat * dgamma[c])
    dbeta = dbeta / dout.shape[0]  # WRONG; right: pass
    return dx, dgamma, dbeta
