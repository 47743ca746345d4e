"""The settings of a training."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from .. import optim
from ..validation import Array, require_choice

RULES: Mapping[str, Callable[..., tuple[Array, optim.Config]]] = {
    "sgd": optim.sgd,
    "sgd_momentum": optim.sgd_momentum,
    "nesterov": optim.nesterov,
    "rmsprop": optim.rmsprop,
    "adam": optim.adam,
}
SAMPLING = ("replacement", "shuffled")


@dataclass(frozen=True)
class Settings:
    """What a training is determined by, beside its model, its data and the options of its update rule.

    Args:
        update_rule: a key of ``RULES``.
        lr_decay: what every learning rate is multiplied by at the end of an epoch.
        batch_size, num_epochs: the length of a batch, and of the training.
        total_steps: how many steps to train, in place of ``num_epochs`` epochs.
        num_train_samples, num_val_samples: how many samples an accuracy is taken on; None for all.
        sampling: ``replacement`` draws each batch anew from all samples, ``shuffled`` goes through a permutation in
            each epoch, leaving out the last ``N % batch_size``.
        seed: of the solver's own generators; NumPy's global one is neither read nor written.

    Raises:
        ValueError: for a value out of range.
    """

    update_rule: str = "sgd"
    lr_decay: float = 1.0
    batch_size: int = 100
    num_epochs: int = 10
    total_steps: int | None = None
    num_train_samples: int | None = 1000
    num_val_samples: int | None = None
    sampling: str = "replacement"
    seed: int = 0

    def __post_init__(self) -> None:
        require_choice("Solver", "update_rule", self.update_rule, tuple(RULES))
        require_choice("Solver", "sampling", self.sampling, SAMPLING)
        for name in ("batch_size", "num_train_samples", "num_val_samples"):
            require_least(name, getattr(self, name), 1)
        for name in ("num_epochs", "total_steps", "seed"):
            require_least(name, getattr(self, name), 0)
        if not (np.isfinite(self.lr_decay) and self.lr_decay > 0):
            raise ValueError(f"Solver: lr_decay is {self.lr_decay}, expected a positive number")


def require_least(name: str, value: int | None, least: int) -> None:
    """Raise if a number, where one is given, is below the least allowed."""
    if value is not None and value < least:
        raise ValueError(f"Solver: {name} is {value}, expected {least} or more")
