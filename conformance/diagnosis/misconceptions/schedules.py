"""Mistakes in schedules."""

import math

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong


@wrong(
    "step_schedule",
    "Your rate falls at every step; it falls once every step_size steps, by a whole quotient.",
    "Is 7 / 5 the number of falls up to step 7?",
)
def falls_at_every_step() -> Functions:
    return {"step_schedule": lambda rate, step, size, gamma: rate * gamma ** (step / size)}


@wrong(
    "exponential_schedule",
    "Your rate is multiplied by exp(-gamma * step); here gamma is the factor of a step.",
    "What is the rate after one step, in terms of gamma?",
)
def factor_taken_for_a_rate() -> Functions:
    return {"exponential_schedule": lambda rate, step, gamma: rate * math.exp(-gamma * step)}


@wrong(
    "cosine_schedule",
    "Your wave is as high as the learning rate and stands on the least one; its height is the difference of the two.",
    "What is the rate at step 0?",
)
def wave_on_top_of_the_least() -> Functions:
    def on_top(rate: float, step: int, total: int, least: float) -> float:
        return least + rate * (1 + math.cos(math.pi * step / total)) / 2

    return {"cosine_schedule": on_top}


@wrong(
    "warmup_schedule",
    "Your warm-up starts at 0, so that the first step does nothing; step 0 has the first share, 1 / warmup.",
    "How far do the weights move at step 0?",
)
def starts_at_nothing() -> Functions:
    return {"warmup_schedule": lambda rate, step, warmup: rate * min(1.0, step / warmup)}


@wrong(
    "warmup_schedule",
    "Your rate goes on growing after the warm-up; it stays at the learning rate.",
    "What is the rate at step 10 * warmup?",
)
def grows_for_ever() -> Functions:
    return {"warmup_schedule": lambda rate, step, warmup: rate * (step + 1) / warmup}
