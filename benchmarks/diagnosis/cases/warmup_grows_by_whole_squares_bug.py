import numpy as np


def warmup_schedule(learning_rate, step, warmup):
    if step + 1 >= warmup:
        return learning_rate
    part = (step + 1) / warmup
    return learning_rate * part * part  # WRONG; right: return learning_rate * part
