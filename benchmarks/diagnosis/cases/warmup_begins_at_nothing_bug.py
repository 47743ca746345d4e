def warmup_schedule(learning_rate, step, warmup):
    if step >= warmup:
        return learning_rate
    return learning_rate * step / warmup  # WRONG; right: return learning_rate * (step + 1) / warmup
