"""Mistakes of networks that train themselves."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
BY_KEYS, BY_LISTS = ("ShallowLayerNet", "TwoLayerNet"), ("Network",)
TRAININGS = "shallow_training two_layer_training"
UPDATE = "Take one step by hand from known parameters: what is added to each, and with which sign?"
EPOCHS = "How many steps is an epoch, when does the learning rate change, and when does the training end?"
PREDICTION = "What are the rows and the columns of the scores, and which of them wins?"

Gradients = dict[str, Array]
Train = Callable[..., Any]  # (the right method, net, *data, **settings) -> what train returns
Change = Callable[[Any, Gradients], Gradients]


def classes(names: tuple[str, ...], changed: Callable[[Any], dict[str, Any]]) -> Functions:
    """The networks of these names, each with the methods that ``changed`` gives for its class."""
    own: dict[str, Any] = {name: right[name] for name in names}
    return {name: type(name, (cls,), changed(cls)) for name, cls in own.items()}


def training(train: Train, names: tuple[str, ...] = BY_KEYS) -> Functions:
    """The networks of these names with another ``train``."""
    return classes(names, lambda cls: {"train": _bound(train, cls)})


def _bound(train: Train, cls: Any) -> Callable[..., Any]:
    @wraps(cls.train)
    def own(net: Any, *data: Any, **settings: Any) -> Any:
        return train(cls.train, net, *data, **settings)

    return own


def with_settings(**changed: Callable[[dict[str, Any]], Any]) -> Functions:
    """The networks trained with settings that are functions of those given."""

    def train(own: Train, net: Any, *data: Any, **settings: Any) -> Any:
        return own(net, *data, **{**settings, **{name: value(settings) for name, value in changed.items()}})

    return training(train)


def list_settings(change: Callable[[float, int, int], tuple[float, int, int]]) -> Functions:
    """The network with lists, trained with other ``(learning_rate, epochs, batch_size)``."""

    def train(own: Train, net: Any, data: Any, validation: Any, *settings: Any) -> Any:
        return own(net, data, validation, *change(*settings))

    return training(train, BY_LISTS)


def stepping_by(change: Change, names: tuple[str, ...] = BY_KEYS, asked: str = "_loss") -> Functions:
    """The networks whose steps are by ``change(net, gradients)``; ``asked`` is the method that gives them."""

    def train(own: Train, net: Any, *data: Any, **settings: Any) -> Any:
        right_loss = getattr(net, asked)

        def loss(x: Array, y: Array | None = None, *reg: float) -> Any:
            told = right_loss(x, y, *reg)
            return told if y is None else (told[0], change(net, told[1]))

        setattr(net, asked, loss)
        try:
            return own(net, *data, **settings)
        finally:
            delattr(net, asked)

    return training(train, names)


def predicting(best: Callable[[Array], Array]) -> Functions:
    """The networks that predict ``best(scores)``."""
    return classes(BY_KEYS, lambda _cls: {"predict": lambda net, x: best(net.loss(x))})


def of_the_step_before(net: Any, grads: Gradients) -> Gradients:
    """The gradients that were given last, at first the present ones."""
    before: Gradients = vars(net).get("before", grads)
    net.before = grads
    return before


def of_weights_alone(_net: Any, grads: Gradients) -> Gradients:
    """The gradients with those by biases 0."""
    return {name: gradient * name.startswith("W") for name, gradient in grads.items()}


@wrong(TRAININGS, "You train without the penalty; reg counts in every step.", "Does another reg change the training?")
def trains_without_the_penalty() -> Functions:
    return with_settings(reg=lambda _given: 0.0)


@wrong(TRAININGS, "Your learning rate never decays; it is multiplied by its decay after every epoch.", EPOCHS)
def own_rate_never_decays() -> Functions:
    return with_settings(learning_rate_decay=lambda _given: 1.0)


@wrong(TRAININGS, "Your learning rate decays before the first step; it decays after every epoch.", EPOCHS)
def own_rate_decays_at_once() -> Functions:
    return with_settings(learning_rate=lambda given: given["learning_rate"] * given["learning_rate_decay"])


@wrong(TRAININGS, "You step by the gradients of the step before; each step computes its own first.", UPDATE)
def steps_by_old_gradients() -> Functions:
    return stepping_by(of_the_step_before)


@wrong(TRAININGS, "You train the weights and leave the biases as they are; every parameter is trained.", UPDATE)
def biases_are_not_trained() -> Functions:
    return stepping_by(of_weights_alone)


@wrong(TRAININGS, "You add the gradient; the loss falls against it.", UPDATE)
def training_climbs() -> Functions:
    return with_settings(learning_rate=lambda given: -given["learning_rate"])


@wrong(TRAININGS, "You divide the gradients by the batch's size in the step; they are means already.", UPDATE)
def step_is_averaged_again() -> Functions:
    return with_settings(learning_rate=lambda given: given["learning_rate"] / given["batch_size"])


@wrong(TRAININGS, "You let the weights decay in the step as well; their gradients have the penalty in them.", UPDATE)
def penalty_is_applied_again_in_the_step() -> Functions:
    def decaying(net: Any, grads: Gradients) -> Gradients:
        strength = net.dtype.type(2 * net._penalty * net.reg)
        return {name: g + strength * net.params[name] * name.startswith("W") for name, g in grads.items()}

    return stepping_by(decaying)


@wrong(TRAININGS, "You note the loss after each step; the loss that the step was computed from is noted.", EPOCHS)
def loss_is_noted_after_the_step() -> Functions:
    def train(own: Train, net: Any, x: Array, y: Array, *data: Any, **settings: Any) -> Any:
        told = own(net, x, y, *data, **settings)
        return {**told, "loss_history": [*told["loss_history"][1:], float(net._loss(x, y, net.reg)[0])]}

    return training(train)


@wrong(TRAININGS, "You look for the best sample of each class; it is the best class of each sample.", PREDICTION)
def predicts_along_the_wrong_axis() -> Functions:
    return predicting(lambda scores: np.asarray(scores.argmax(axis=0)))


@wrong(TRAININGS, "You predict the class with the lowest score; the highest wins.", PREDICTION)
def predicts_the_lowest_score() -> Functions:
    return predicting(lambda scores: np.asarray(scores.argmin(axis=1)))


@wrong("list_training", "You add the gradient; the loss falls against it.", UPDATE)
def list_training_climbs() -> Functions:
    return list_settings(lambda rate, epochs, size: (-rate, epochs, size))


@wrong("list_training", "You divide the gradients by the batch's size in the step; they are means already.", UPDATE)
def list_step_is_averaged_again() -> Functions:
    return list_settings(lambda rate, epochs, size: (rate / size, epochs, size))


@wrong("list_training", "You step by the sum of the samples' gradients; a step goes by their mean.", UPDATE)
def list_step_is_a_sum() -> Functions:
    return list_settings(lambda rate, epochs, size: (rate * size, epochs, size))


@wrong("list_training", "You train an epoch less than asked for; the last one counts too.", EPOCHS)
def list_training_ends_an_epoch_early() -> Functions:
    return list_settings(lambda rate, epochs, size: (rate, epochs - 1, size))


@wrong("list_training", "You take batch_size for epochs and epochs for batch_size; epochs come first.", EPOCHS)
def epochs_and_batch_size_swapped() -> Functions:
    return list_settings(lambda rate, epochs, size: (rate, size, epochs))


@wrong("list_training", "You train the weights and leave the biases as they are; every parameter is trained.", UPDATE)
def list_biases_are_not_trained() -> Functions:
    return stepping_by(of_weights_alone, BY_LISTS, "loss")


@wrong("list_training", "You step by the gradients of the step before; each step computes its own first.", UPDATE)
def list_steps_by_old_gradients() -> Functions:
    return stepping_by(of_the_step_before, BY_LISTS, "loss")
