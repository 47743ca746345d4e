import numpy as np


def step_schedule(learning_rate, step, step_size, gamma):
    falls = step // step_size
    if falls == 0:
        return learning_rate
    return learning_rate * gamma * falls  # WRONG; right: return learning_rate * gamma ** falls
