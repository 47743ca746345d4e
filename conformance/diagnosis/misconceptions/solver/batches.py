"""Mistakes in how trainings go through their data: short of a batch, in several batches, or scored in parts."""

from collections.abc import Callable
from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.solver.base import HISTORY, Solver, solver
from gradproof.conformance.diagnosis.misconceptions.solver.own import EPOCHS, list_settings, training
from gradproof.conformance.spec.cases import Array

CHUNK = 100
SCORED = "Of how many validation samples is the accuracy, and were all of them scored?"
ACCURACY = "What is the accuracy of a network that is right on every sample?"


def scored(chosen: Callable[[int], slice]) -> Functions:
    """The Solver whose accuracy counts the right ones among some of the rows, and divides by all."""

    def check_accuracy(self: Any, x: Array, y: Array, *rest: Any) -> float:
        rows = chosen(len(x))
        return float(Solver.check_accuracy(self, x[rows], y[rows], *rest)) * len(x[rows]) / len(x)

    return solver(check_accuracy=check_accuracy)


@wrong("solver", "You leave the last samples out if they are short of a batch; an accuracy is of all.", SCORED)
def last_samples_are_not_scored() -> Functions:
    return scored(lambda count: slice(max(count // CHUNK * CHUNK, min(count, CHUNK))))


@wrong("solver", "You keep the right answers of the last batch alone; an accuracy counts those of all.", SCORED)
def only_the_last_samples_count() -> Functions:
    return scored(lambda count: slice((count - 1) // CHUNK * CHUNK, None))


@wrong("list_training", "You take all data in one batch; an epoch goes through batches of batch_size.", EPOCHS)
def list_batches_are_the_whole_data() -> Functions:
    return list_settings(lambda rate, epochs, size: (rate, epochs, size + 2))


@wrong("list_training", "You step after every sample; a step goes by the mean of batch_size of them.", EPOCHS)
def list_steps_after_every_sample() -> Functions:
    return list_settings(lambda rate, epochs, _size: (rate, epochs, 1))


def telling(change: Callable[[list[float], int], list[float]], names: tuple[str, ...]) -> Functions:
    """The network that notes other accuracies, ``change(accuracies, number of samples)``."""

    def train(own: Any, net: Any, x: Array, *data: Any, **settings: Any) -> Any:
        told = own(net, x, *data, **settings)
        return {**told, **{name: change(told[name], len(x)) for name in names}}

    return training(train, ("ShallowLayerNet",))


BOTH = ("train_acc_history", "val_acc_history")


@wrong("shallow_training", "You note how many samples are right; an accuracy is their share.", ACCURACY)
def accuracies_are_counts() -> Functions:
    return telling(lambda accuracies, count: [count * each for each in accuracies], BOTH)


@wrong("shallow_training", "You note the share that is wrong; an accuracy is the share that is right.", ACCURACY)
def accuracies_are_errors() -> Functions:
    return telling(lambda accuracies, _count: [1 - each for each in accuracies], BOTH)


@wrong("shallow_training", "You note no training accuracy; it is taken as often as that on validation data.", HISTORY)
def no_training_accuracy_is_noted() -> Functions:
    return telling(lambda _accuracies, _count: [], BOTH[:1])
