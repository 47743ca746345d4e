import numpy as np


def exponential_schedule(learning_rate, step, gamma):
    rate = learning_rate
    for _ in range(step+ 1):
        rate = rate * gamma
    return rate
