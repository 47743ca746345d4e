import numpy as np


def adam(w, dw, config=None):
    """
    Adam with bias correction.

    config: learning_rate, beta1, beta2, epsilon, and the moving averages m (of
    the gradient) and v (of its square) and the number of steps t.
    """
    config = {} if config is None else dict(config)
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    t = config.get("t", 0) + 1

    m = config["beta1"] * m + (1 - config["beta1"]) * dw
    v = config["beta2"] * v + (1 - config["beta2"]) * dw ** 2
    m_hat = m / (1 - config["beta1"] ** t)
    v_hat = v / (1 - config["beta2"] ** t)
    next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])

    config.update(m=m, v=v, t=t)
    return next_w, config
