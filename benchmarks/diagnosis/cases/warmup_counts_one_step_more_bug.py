def warmup_schedule(learning_rate, step, warmup):
    if step < warmup:
        return learning_rate * (step + 1) / (warmup + 1)  # WRONG; right: return learning_rate * (step + 1) / warmup
    return learning_rate
