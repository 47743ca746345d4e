import math


def cosine_schedule(learning_rate, step, total, least):
    wave = 0.5 * (1 + math.cos(math.pi * step / total))
    return learning_rate * wave  # WRONG; right: return least + (learning_rate - least) * wave
