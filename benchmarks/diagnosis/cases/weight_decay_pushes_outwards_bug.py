def sgd_weight_decay(w, dw, config):
    lr = config["learning_rate"]
    moved = w - lr * dw
    return moved + lr * config["weight_decay"] * w, config  # WRONG; right: return moved - lr * config["weight_decay"] * w, config
