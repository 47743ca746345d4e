"""Mistakes in the Solver."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

Solver: Any = donor()["Solver"]
DECAY = "Print the learning rate of every step: when does it change for the first time, and how often in an epoch?"
COUNT = "How many samples, batches and epochs are there, and how many steps must that be?"
BEST = "In which epoch was the validation accuracy best, and whose parameters does the model end with?"
HISTORY = "How many entries should each history have, and what is each of them the value of?"
STATE = "Where is what the update rule remembers of each parameter, from one step to the next?"


def solver(**changed: Any) -> Functions:
    """The Solver with some methods changed."""
    return {"Solver": type("Solver", (Solver,), changed)}


def started(change: Callable[[Any], None]) -> Functions:
    """The Solver with something changed as soon as it is made."""

    def start(self: Any, *given: Any, **settings: Any) -> None:
        Solver.__init__(self, *given, **settings)
        change(self)

    return solver(__init__=start)


def with_settings(**changed: Callable[[Any], Any]) -> Functions:
    """The Solver with settings that are functions of the Solver."""

    def change(self: Any) -> None:
        self.settings = replace(self.settings, **{name: value(self) for name, value in changed.items()})

    return started(change)


def evaluating(change: Callable[[Any], None]) -> Functions:
    """The Solver with something changed after the accuracies are taken."""

    def evaluate(self: Any) -> None:
        Solver._evaluate(self)
        change(self)

    return solver(_evaluate=evaluate)


def stepping(change: Callable[[Any], None]) -> Functions:
    """The Solver with something changed after every step."""

    def step(self: Any) -> None:
        Solver._step(self)
        change(self)

    return solver(_step=step)


def slow_down(self: Any, factor: float) -> None:
    """Multiply every learning rate."""
    for config in self.optim_configs.values():
        config["learning_rate"] *= factor


@wrong("solver", "You decay the learning rate after every step; it decays at the end of each epoch.", DECAY)
def decays_at_every_step() -> Functions:
    return stepping(lambda self: slow_down(self, self.settings.lr_decay if self.step % self.steps_per_epoch else 1.0))


@wrong("solver", "You decay the learning rate before the first epoch; it decays at the end of each.", DECAY)
def decays_before_the_first_epoch() -> Functions:
    return started(lambda self: slow_down(self, self.settings.lr_decay))


@wrong("solver", "Your learning rate first decays after the second epoch; it decays after the first too.", DECAY)
def decays_an_epoch_late() -> Functions:
    return stepping(
        lambda self: slow_down(self, 1 / self.settings.lr_decay if self.step == self.steps_per_epoch else 1.0)
    )


@wrong("solver", "Your learning rate never decays; it is multiplied by lr_decay at the end of each epoch.", DECAY)
def never_decays() -> Functions:
    return with_settings(lr_decay=lambda _self: 1.0)


@wrong("solver", "You divide the learning rate by lr_decay; it is multiplied by it.", DECAY)
def divides_by_the_decay() -> Functions:
    return with_settings(lr_decay=lambda self: 1 / self.settings.lr_decay)


@wrong(
    "solver",
    "You multiply the learning rate, which has decayed already, by lr_decay to the power of the epoch; by lr_decay "
    "alone is right.",
    DECAY,
)
def decay_compounds() -> Functions:
    def again(self: Any) -> None:
        is_epoch_end = self.step % self.steps_per_epoch == 0
        slow_down(self, self.settings.lr_decay ** (self.epoch - 1) if is_epoch_end else 1.0)

    return stepping(again)


@wrong("solver", "You train an epoch less than num_epochs; the last one counts too.", COUNT)
def one_epoch_too_few() -> Functions:
    return with_settings(num_epochs=lambda self: self.settings.num_epochs - 1)


@wrong("solver", "You train an epoch more than num_epochs; it says how many there are in all.", COUNT)
def one_epoch_too_many() -> Functions:
    return with_settings(num_epochs=lambda self: self.settings.num_epochs + 1)


@wrong("solver", "You take a step an epoch; an epoch is N // batch_size steps.", COUNT)
def epochs_are_steps() -> Functions:
    return with_settings(total_steps=lambda self: self.settings.num_epochs)


@wrong("solver", "You round the steps of an epoch up; they are N // batch_size, rounded down.", COUNT)
def steps_of_an_epoch_are_rounded_up() -> Functions:
    return solver(steps_per_epoch=property(lambda self: -(-len(self.X_train) // self.settings.batch_size)))


@wrong("solver", "The last batch of your epoch is smaller than the others; every batch has batch_size samples.", COUNT)
def last_batch_is_incomplete() -> Functions:
    def next_batch(self: Any) -> Array:
        size = self.settings.batch_size
        start = self.step % self.steps_per_epoch * size
        return np.arange(start, min(start + size, len(self.X_train)))

    steps = property(lambda self: -(-len(self.X_train) // self.settings.batch_size))
    return solver(_next_batch=next_batch, steps_per_epoch=steps)


@wrong(
    "solver",
    "Your model ends with the last parameters: the best are not put back, or what was kept are the arrays that "
    "training goes on to change; a copy of the best is put back.",
    BEST,
)
def ends_with_the_last_parameters() -> Functions:
    def alias(self: Any) -> None:
        self.best_params = self.model.params

    return evaluating(alias)


@wrong("solver", "You compare an epoch with the one before it; it is compared with the best so far.", BEST)
def best_is_better_than_the_epoch_before() -> Functions:
    def forget(self: Any) -> None:
        self.best_val_acc = self.val_acc_history[-1]

    return evaluating(forget)


@wrong("solver", "You keep the parameters that are best on the training data; validation decides.", BEST)
def best_on_the_training_data() -> Functions:
    def evaluate(self: Any) -> None:
        before, held = max(self.train_acc_history, default=-1.0), (self.best_val_acc, self.best_params)
        Solver._evaluate(self)
        self.best_val_acc, self.best_params = held
        if self.train_acc_history[-1] > before:
            self.best_val_acc = self.val_acc_history[-1]
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}

    return solver(_evaluate=evaluate)


@wrong("solver", "You take no accuracy before the training has begun; the histories start with one.", HISTORY)
def no_accuracy_at_the_start() -> Functions:
    def train(self: Any) -> None:
        Solver.train(self)
        del self.train_acc_history[0], self.val_acc_history[0]

    return solver(train=train)


@wrong("solver", "You take accuracies after every step; they are taken after every epoch.", HISTORY)
def accuracies_at_every_step() -> Functions:
    def step(self: Any) -> None:
        Solver._step(self)
        if self.step % self.steps_per_epoch:
            self._evaluate()

    return solver(_step=step)


@wrong("solver", "Your training accuracy is that of the last batch; it is measured on the training data.", HISTORY)
def training_accuracy_of_the_last_batch() -> Functions:
    def measure(self: Any) -> None:
        if len(self.batch):
            self.train_acc_history[-1] = self.check_accuracy(self.X_train[self.batch], self.y_train[self.batch])

    return evaluating(measure)


@wrong("solver", "You note the mean of the losses so far; each step's own loss is noted.", HISTORY)
def losses_are_running_means() -> Functions:
    def smooth(self: Any) -> None:
        *before, loss = self.loss_history
        mean = before[-1] if before else 0.0
        self.loss_history[-1] = mean + (loss - mean) / len(self.loss_history)

    return stepping(smooth)


@wrong("solver", "You note one loss an epoch; every step's loss is noted.", HISTORY)
def one_loss_an_epoch() -> Functions:
    def shorten(self: Any) -> None:
        if self.step % self.steps_per_epoch:
            del self.loss_history[-1]

    return stepping(shorten)


@wrong(
    "solver",
    "You draw samples and labels apart; a batch holds samples with their own labels.",
    "Which indices are X's batch and y's batch made with?",
)
def labels_of_other_samples() -> Functions:
    def evaluate(self: Any) -> None:
        shifted, self.y_train = self.y_train, np.roll(self.y_train, -1)
        Solver._evaluate(self)
        self.y_train = shifted

    def start(self: Any, *given: Any, **settings: Any) -> None:
        Solver.__init__(self, *given, **settings)
        self.y_train = np.roll(self.y_train, 1)

    return solver(__init__=start, _evaluate=evaluate)


@wrong("solver", "Every batch of yours is made of the same samples; each step draws its own.", "Who chooses a batch?")
def always_the_first_batch() -> Functions:
    return solver(_next_batch=lambda self: np.arange(self.settings.batch_size))


@wrong("solver", "Your steps go up the gradient; the loss falls against it.", "Does the loss fall?")
def solver_climbs() -> Functions:
    return started(lambda self: slow_down(self, -1.0))


@wrong(
    "solver",
    "You do not pass optim_config on to the update rule, which falls back on its own learning rate.",
    "Does another learning rate in optim_config change the training?",
)
def optim_config_is_ignored() -> Functions:
    def forget(self: Any) -> None:
        self.optim_configs = {name: {} for name in self.optim_configs}

    return started(forget)


@wrong(
    "solver_momentum",
    "All parameters share one config; the update rule keeps each parameter's state in its own.",
    STATE,
)
def one_config_for_all_parameters() -> Functions:
    def share(self: Any) -> None:
        first = next(iter(self.optim_configs.values()))
        self.optim_configs = dict.fromkeys(self.optim_configs, first)

    return started(share)


@wrong("solver_momentum", "You start every step from a fresh config; the update rule's state goes on.", STATE)
def state_is_reset_at_each_step() -> Functions:
    def reset(self: Any) -> None:
        rates = {name: config["learning_rate"] for name, config in self.optim_configs.items()}
        self.optim_configs = {name: {"learning_rate": rate} for name, rate in rates.items()}

    return stepping(reset)
