import numpy as np


def cosine_schedule(learning_rate, step, total, least):
    phase = np.pi * step / (total - 1)  # WRONG; right: phase = np.pi * step / total
    mult = 0.5 * (1 + np.cos(phase))
    return mult * learning_rate + (1 - mult) * least
