import numpy as np


def step_schedule(learning_rate, step, step_size, gamma):
    rate = learning_rate
    for _ in range(step // step_size + 1):  # WRONG; right: for _ in range(step // step_size):
        rate = rate * gamma
    return rate
