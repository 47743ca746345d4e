import math


def cosine_schedule(learning_rate, step, total, least):
    wave = 0.5 * (1 + math.cos(math.pi * step / total))
    return max(learning_rate * wave, least)  # WRONG; right: return least + (learning_rate - least) * wave
