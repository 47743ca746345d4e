import numpy as np


def exponential_schedule(learning_rate, step, gamma):
    return learning_rate * np.exp(-gamma * step)  # WRONG; right: return learning_rate * np.exp(np.log(gamma) * step)
