def warmup_schedule(learning_rate, step, warmup):
    if step >= warmup:
        return learning_rate
    ramp = (step + 1) // warmup  # WRONG; right: ramp = (step + 1) / warmup
    return ramp * learning_rate
