"""Mistakes in the L2 penalty of networks."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.stacks import Stack, stacked

DEEP = "fully_connected_net batchnorm_net layernorm_net three_layer_conv_net"
PENALISED = f"{DEEP} shallow_layer_net two_layer_net"
WITH_SCALES = "batchnorm_net layernorm_net"
WHICH = "Go through the parameters one by one: which are in the penalty, and how often is each?"
DERIVATIVE = "Write the penalty down and differentiate it by one weight: is that what you add to the gradient?"
SIZE = "Set the data aside: how large are the loss and its gradient if only the penalty is left?"

Share = Callable[[Stack, str, int], float]  # of a network, a parameter and the number of samples: how often it counts


def weights(_net: Stack, name: str, _samples: int) -> float:
    """Every weight matrix once."""
    return float(name.startswith("W"))


def none(_net: Stack, _name: str, _samples: int) -> float:
    """Nothing is penalised."""
    return 0.0


def last(net: Stack) -> str:
    """The weights before the scores."""
    return f"W{net.num_layers}"


def all_but_the_last(net: Stack, name: str, samples: int) -> float:
    """Every weight matrix but the one before the scores."""
    return weights(net, name, samples) * (name != last(net))


def all_but_the_first(net: Stack, name: str, samples: int) -> float:
    """Every weight matrix but that of the first layer."""
    return weights(net, name, samples) * (name != "W1")


def times(factor: float) -> Share:
    """Every weight matrix several times."""
    return lambda net, name, samples: factor * weights(net, name, samples)


def penalised(in_loss: Share, in_gradient: Share) -> Functions:
    """The networks with the penalty of these shares."""
    return stacked(in_loss=in_loss, in_gradient=in_gradient)


def both(share: Share) -> Functions:
    """The networks with a penalty whose gradient is right for it."""
    return penalised(share, share)


@wrong(
    PENALISED,
    "You leave the half out of the penalty; it is 0.5 * reg * sum of W ** 2, its gradient reg * W.",
    SIZE,
    supposes=("l2",),
)
def half_is_left_out() -> Functions:
    return both(times(2))


@wrong(
    PENALISED,
    "You leave the half out of the loss, and your gradient has it; they must be of one penalty.",
    DERIVATIVE,
    supposes=("l2",),
)
def half_is_in_the_gradient_only() -> Functions:
    return penalised(times(2), weights)


@wrong(
    PENALISED,
    "You have the half in the loss, and your gradient is of a penalty without it.",
    DERIVATIVE,
    supposes=("l2",),
)
def half_is_in_the_loss_only() -> Functions:
    return penalised(weights, times(2))


@wrong(
    PENALISED,
    "Your loss has 2 * reg * sum of W ** 2, and your gradient is that of reg * W ** 2.",
    DERIVATIVE,
    supposes=("l2",),
)
def loss_and_gradient_have_the_same_factor() -> Functions:
    return penalised(times(4), times(2))


@wrong(
    PENALISED,
    "You halve the penalty's gradient; the 2 of the derivative takes the half away.",
    DERIVATIVE,
    supposes=("l2",),
)
def gradient_is_halved_too() -> Functions:
    return penalised(weights, times(0.5))


@wrong(PENALISED, "You leave the penalty out; it is part of the loss and of every weight's gradient.", SIZE)
def no_penalty() -> Functions:
    return both(none)


@wrong(PENALISED, "You add the penalty to the loss and leave it out of the gradients; it is in both.", DERIVATIVE)
def penalty_in_the_loss_only() -> Functions:
    return penalised(weights, none)


@wrong(PENALISED, "You add the penalty to the gradients and leave it out of the loss; it is in both.", DERIVATIVE)
def penalty_in_the_gradient_only() -> Functions:
    return penalised(none, weights)


@wrong(
    PENALISED, "You subtract the penalty's gradient; it is added.", "Does the penalty make weights smaller or larger?"
)
def penalty_gradient_is_subtracted() -> Functions:
    return penalised(weights, times(-1))


@wrong(PENALISED, "Your penalty grows with the batch; only the data's part is a sum over samples.", SIZE)
def penalty_times_the_batch() -> Functions:
    return both(lambda net, name, samples: samples * weights(net, name, samples))


@wrong(PENALISED, "You divide the penalty by the batch's size; only the data's part is an average over samples.", SIZE)
def penalty_is_averaged() -> Functions:
    return both(lambda net, name, samples: weights(net, name, samples) / samples)


@wrong(PENALISED, "Your penalty has the mean of the squares of each layer's weights; it has their sum.", SIZE)
def penalty_is_of_means() -> Functions:
    return both(lambda net, name, samples: weights(net, name, samples) / net.params[name].size)


@wrong(
    PENALISED,
    "You multiply the penalty by reg twice; it is 0.5 * reg * sum of W ** 2, and reg is no square.",
    SIZE,
    supposes=("l2",),
)
def reg_is_squared() -> Functions:
    return both(lambda net, name, samples: net.reg * weights(net, name, samples))


@wrong(PENALISED, "You penalise the biases too; the penalty is of the weights alone.", WHICH)
def biases_are_penalised() -> Functions:
    return both(lambda net, name, samples: weights(net, name, samples) or (name.startswith("b") and name[1:].isdigit()))


@wrong(WITH_SCALES, "You penalise gamma too; the penalty is of the weights alone.", WHICH)
def scales_are_penalised() -> Functions:
    return both(lambda _net, name, _samples: float(name.startswith(("W", "gamma"))))


@wrong(WITH_SCALES, "You penalise gamma and beta too; the penalty is of the weights alone.", WHICH)
def scales_and_shifts_are_penalised() -> Functions:
    return both(lambda _net, name, _samples: float(name.startswith(("W", "gamma", "beta"))))


@wrong(WITH_SCALES, "You penalise every parameter; the penalty is of the weights alone.", WHICH)
def every_parameter_is_penalised() -> Functions:
    return both(lambda _net, _name, _samples: 1.0)


@wrong(PENALISED, "You leave the last layer's weights out of the penalty; it is of all weights.", WHICH)
def last_layer_is_left_out() -> Functions:
    return both(all_but_the_last)


@wrong(PENALISED, "You leave the last layer's weights out of the penalty in the loss; the gradient has them.", WHICH)
def last_layer_is_left_out_of_the_loss() -> Functions:
    return penalised(all_but_the_last, weights)


@wrong(PENALISED, "You leave the last layer's weights out of the penalty's gradient; the loss has them.", WHICH)
def last_layer_is_left_out_of_the_gradient() -> Functions:
    return penalised(weights, all_but_the_last)


@wrong(PENALISED, "You count the first layer's weights twice in the penalty; each layer's count once.", WHICH)
def first_layer_is_repeated() -> Functions:
    return both(lambda net, name, samples: weights(net, name, samples) + (name == "W1"))


@wrong(PENALISED, "You count the last layer's weights twice in the penalty; each layer's count once.", WHICH)
def last_layer_is_repeated() -> Functions:
    return both(lambda net, name, samples: weights(net, name, samples) + (name == f"W{net.num_layers}"))


@wrong(DEEP, "You penalise the first layer's weights alone; the penalty is of all weights.", WHICH)
def only_the_first_layer() -> Functions:
    return both(lambda _net, name, _samples: float(name == "W1"))


@wrong(DEEP, "You penalise the last layer's weights alone; the penalty is of all weights.", WHICH)
def only_the_last_layer() -> Functions:
    return both(lambda net, name, _samples: float(name == last(net)))


@wrong(PENALISED, "You leave the first layer's weights out of the penalty; it is of all weights.", WHICH)
def first_layer_is_left_out() -> Functions:
    return both(all_but_the_first)


@wrong(PENALISED, "You leave the first layer's weights out of the penalty in the loss; the gradient has them.", WHICH)
def first_layer_is_left_out_of_the_loss() -> Functions:
    return penalised(all_but_the_first, weights)


@wrong(PENALISED, "You leave the first layer's weights out of the penalty's gradient; the loss has them.", WHICH)
def first_layer_is_left_out_of_the_gradient() -> Functions:
    return penalised(weights, all_but_the_first)


def hidden_twice(net: Stack, name: str, samples: int) -> float:
    """Every weight matrix once, those of hidden layers twice."""
    return weights(net, name, samples) + all_but_the_last(net, name, samples)


@wrong(
    DEEP + " shallow_layer_net",
    "You add the penalty's gradient to each hidden layer's weights twice; each has it once, as in the loss.",
    WHICH,
)
def hidden_layers_are_repeated_in_the_gradient() -> Functions:
    return penalised(weights, hidden_twice)


def last_for_the_first(net: Stack, name: str, samples: int) -> float:
    """Every weight matrix once, but the last one instead of the first."""
    return all_but_the_first(net, name, samples) + (name == last(net))


@wrong(PENALISED, "You penalise the last layer's weights twice and the first layer's never; all count once.", WHICH)
def last_layer_stands_for_the_first() -> Functions:
    return both(last_for_the_first)


@wrong(PENALISED, "Your loss has the last layer's weights twice and the first layer's never; all count once.", WHICH)
def last_layer_stands_for_the_first_in_the_loss() -> Functions:
    return penalised(last_for_the_first, weights)


@wrong(
    PENALISED,
    "Your gradients have the last layer's penalty twice and the first layer's never; each of them is there once.",
    WHICH,
)
def last_layer_stands_for_the_first_in_the_gradient() -> Functions:
    return penalised(weights, last_for_the_first)


@wrong(PENALISED, "You add reg times the sum of W, one number, to a gradient; it is reg times W itself.", DERIVATIVE)
def gradient_has_the_sum_of_the_weights() -> Functions:
    return stacked(by_parameter=lambda net, name: net.params[name].sum())


@wrong(PENALISED, "You square the sum of the last layer's weights; the penalty is the sum of the squares.", DERIVATIVE)
def sum_of_the_last_layer_is_squared() -> Functions:
    def squares(net: Stack, name: str) -> Any:
        return np.square(net.params[name].sum()) if name == last(net) else Stack.squares(net, name)

    return stacked(squares=squares)


@wrong(PENALISED, "You square the sum of each layer's weights; the penalty is the sum of their squares.", DERIVATIVE)
def sums_are_squared() -> Functions:
    return stacked(squares=lambda net, name: np.square(net.params[name].sum()))
