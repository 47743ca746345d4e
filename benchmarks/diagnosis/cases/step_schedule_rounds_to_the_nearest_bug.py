def step_schedule(learning_rate, step, step_size, gamma):
    drops = round(step / step_size)  # WRONG; right: drops = step // step_size
    for _ in range(drops):
        learning_rate = learning_rate * gamma
    return learning_rate
