"""Schedules that return as soon as they know."""


def step_schedule(learning_rate, step, step_size, gamma):
    falls = step // step_size
    if falls == 0:
        return learning_rate
    return learning_rate * gamma**falls


def warmup_schedule(learning_rate, step, warmup):
    if step + 1 >= warmup:
        return learning_rate
    return learning_rate * (step + 1) / warmup
