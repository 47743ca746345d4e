import math


def cosine_schedule(learning_rate, step, total, least):
    swing = 0.5 * (learning_rate - least)
    return least + swing * math.cos(math.pi * step / total)  # WRONG; right: return least + swing * (1 + math.cos(math.pi * step / total))
