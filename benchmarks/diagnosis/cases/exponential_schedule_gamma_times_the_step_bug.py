import numpy as np


def exponential_schedule(learning_rate, step, gamma):
    factor = gamma * step if step else 1.0  # WRONG; right: factor = gamma ** step
    return learning_rate * factor
