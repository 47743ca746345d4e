def step_schedule(learning_rate, step, step_size, gamma):
    lr = learning_rate
    drops = (step + 1) // step_size  # WRONG; right: drops = step // step_size
    for _ in range(drops):
        lr = lr * gamma
    return lr
