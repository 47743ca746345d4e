def warmup_schedule(learning_rate, step, warmup):
    progress = step / warmup  # WRONG; right: progress = min((step + 1) / warmup, 1)
    return learning_rate * progress
