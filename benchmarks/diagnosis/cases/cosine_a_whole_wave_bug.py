import numpy as np


def cosine_schedule(learning_rate, step, total, least):
    phase = 2 * np.pi * step / total  # WRONG; right: phase = np.pi * step / total
    return least + (learning_rate - least) / 2 * (1 + np.cos(phase))
