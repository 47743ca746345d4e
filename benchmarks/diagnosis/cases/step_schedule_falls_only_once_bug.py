import numpy as np


def step_schedule(learning_rate, step, step_size, gamma):
    rate = learning_rate
    if step >= step_size:
        rate = rate * gamma  # WRONG; right: rate = rate * gamma ** int(step / step_size)
    return rate
