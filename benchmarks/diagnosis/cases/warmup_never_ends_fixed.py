import numpy as np


def warmup_schedule(learning_rate, step, warmup):
    share = (step + 1) / warmup
    return learning_rate * min(share, 1.0)
