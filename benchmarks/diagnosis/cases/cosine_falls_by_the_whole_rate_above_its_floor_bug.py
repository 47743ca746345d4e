import numpy as np


from math import cos, pi


def cosine_schedule(learning_rate, step, total, least):
    progress = step / total
    wave = (1 + cos(pi * progress)) / 2
    return least + learning_rate * wave  # WRONG; right: return least + (learning_rate - least) * wave
