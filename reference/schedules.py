"""torch.optim.lr_scheduler's schedules, by what they come to at a step."""

import math

from torch import Tensor


def step_schedule(learning_rate: Tensor, step: int, step_size: int, gamma: float) -> Tensor:
    """StepLR."""
    return learning_rate * gamma ** (step // step_size)


def exponential_schedule(learning_rate: Tensor, step: int, gamma: float) -> Tensor:
    """ExponentialLR."""
    return learning_rate * gamma**step


def cosine_schedule(learning_rate: Tensor, step: int, total: int, least: float) -> Tensor:
    """CosineAnnealingLR."""
    return least + (learning_rate - least) * (1 + math.cos(math.pi * step / total)) / 2


def warmup_schedule(learning_rate: Tensor, step: int, warmup: int) -> Tensor:
    """LinearLR that starts at the first of ``warmup`` equal stairs."""
    return learning_rate * min(1.0, (step + 1) / warmup)
