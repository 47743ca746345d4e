def sgd_weight_decay(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    return w * (1 + lr * wd) - lr * dw, config  # WRONG; right: return w * (1 - lr * wd) - lr * dw, config
