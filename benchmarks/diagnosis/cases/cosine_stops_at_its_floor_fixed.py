import math


def cosine_schedule(learning_rate, step, total, least):
    wave = 0.5 * (1 + math.cos(math.pi * step / total))
    return least + (learning_rate - least) * wave
