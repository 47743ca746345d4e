def step_schedule(learning_rate, step, step_size, gamma):
    times = step / step_size  # WRONG; right: times = step // step_size
    return learning_rate * gamma ** times
