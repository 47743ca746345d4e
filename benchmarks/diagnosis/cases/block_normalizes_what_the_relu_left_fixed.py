import numpy as np


def _affine(x, w, b):
    return x.reshape(len(x), -1) @ w + b


def _bn(a, gamma, beta, p):
    eps, mom = p.get("eps", 1e-5), p.get("momentum", 0.9)
    rm, rv = p.get("running_mean", np.zeros_like(beta)), p.get("running_var", np.zeros_like(beta))
    if p["mode"] == "train":
        m, v = a.mean(0), a.var(0)
        p["running_mean"], p["running_var"] = mom * rm + (1 - mom) * m, mom * rv + (1 - mom) * v
    else:
        m, v = rm, rv
    return gamma * (a - m) / np.sqrt(v + eps) + beta, (a, m, v + eps)


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    a = _affine(x, w, b)
    n, kept = _bn(a, gamma, beta, bn_param)
    return np.maximum(n, 0), (x, w, gamma, n, kept)


def affine_bn_relu_backward(dout, cache):
    x, w, gamma, gate, (a, m, ve) = cache
    dn = dout * (gate > 0)
    h = (a - m) / np.sqrt(ve)
    dgamma, dbeta = (dn * h).sum(0), dn.sum(0)
    da = gamma / np.sqrt(ve) * (dn - dn.mean(0) - h * (dn * h).mean(0))
    return (da @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ da, da.sum(0), dgamma, dbeta
