import math


def cosine_schedule(learning_rate, step, total, least):
    angle = 180.0 * step / total  # WRONG; right: angle = math.pi * step / total
    return least + 0.5 * (learning_rate - least) * (1 + math.cos(angle))
