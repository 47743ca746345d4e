"""Learning rates over time, each a function of the step that is to be taken, counted from 0."""

import math
from typing import Any


def step_schedule(learning_rate: Any, step: int, step_size: int, gamma: float) -> Any:
    """A fall at every ``step_size``: ``learning_rate * gamma**(step // step_size)``.

    Source: torch.optim.lr_scheduler.StepLR.
    """
    return learning_rate * gamma ** (step // step_size)


def exponential_schedule(learning_rate: Any, step: int, gamma: float) -> Any:
    """The same factor at every step: ``learning_rate * gamma**step``.

    Source: torch.optim.lr_scheduler.ExponentialLR.
    """
    return learning_rate * gamma**step


def cosine_schedule(learning_rate: Any, step: int, total: int, least: float) -> Any:
    """Half a wave down: ``least + (learning_rate - least) * (1 + cos(pi * step / total)) / 2``.

    Source: Loshchilov and Hutter (2017); torch.optim.lr_scheduler.CosineAnnealingLR.
    """
    return least + (learning_rate - least) * (1 + math.cos(math.pi * step / total)) / 2


def warmup_schedule(learning_rate: Any, step: int, warmup: int) -> Any:
    """A straight line up, from the first step on: ``learning_rate * min(1, (step + 1) / warmup)``.

    Source: torch.optim.lr_scheduler.LinearLR(start_factor=1 / warmup, total_iters=warmup - 1).
    """
    return learning_rate * min(1.0, (step + 1) / warmup)
