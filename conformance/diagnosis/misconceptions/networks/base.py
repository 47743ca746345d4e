"""Mistakes in how networks put their layers together, in the gradients' way back, and in the loss."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.stacks import LAST, Gradients, Stack, right, stacked
from gradproof.conformance.spec.cases import Array

DEEP = "fully_connected_net batchnorm_net layernorm_net dropout_net"
STACKED = f"{DEEP} shallow_layer_net two_layer_net"
ALL = f"{STACKED} three_layer_conv_net"
DEEPER = f"{DEEP} three_layer_conv_net"
ORDER = "Write down the layers that a sample goes through, from X to the scores: which come where?"
BACK = "Write down the layers of the forward and read them backwards: does your backward go through each of them?"
SOFTMAX = "What does the loss function expect, and what has been done to the scores before?"
MEAN = "Compute the loss of a sample, then of a batch that holds it twice: do loss and gradients stay as they are?"
SHAPES = "Print each gradient's shape beside that of its parameter: do they agree?"

KEYS = "Which parameters does layer 2 compute with, and by which keys does it find them?"
LABELS = "What is the truth of an array: with one label, which is 0, and with several?"
WRITES = "Call loss twice and compare: are X and every parameter after the calls what they were before?"


def softmax(scores: Array) -> Array:
    """The probabilities of the classes."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def without(step: str, steps: tuple[str, ...], where: bool = True) -> tuple[str, ...]:
    """The steps without one of them, where that holds."""
    return tuple(each for each in steps if not (where and each == step))


@wrong(ALL, "You rectify the scores; the last layer is affine alone.", ORDER)
def relu_on_the_scores() -> Functions:
    def steps(net: Stack, i: int) -> tuple[str, ...]:
        return (*LAST, "relu") if i == net.num_layers else Stack.steps(net, i)

    return stacked(steps=steps)


@wrong(ALL, "You leave the relu out of the last hidden layer; every hidden layer has one.", ORDER)
def no_relu_in_the_last_hidden_layer() -> Functions:
    return stacked(steps=lambda net, i: without("relu", Stack.steps(net, i), i == net.num_layers - 1))


@wrong(DEEPER, "You leave the relu out of the first layer; every hidden layer has one.", ORDER)
def no_relu_in_the_first_layer() -> Functions:
    return stacked(steps=lambda net, i: without("relu", Stack.steps(net, i), i == 1))


@wrong(DEEPER, "You have no relu between the layers; every hidden layer has one.", ORDER)
def no_relu_at_all() -> Functions:
    return stacked(steps=lambda net, i: without("relu", Stack.steps(net, i)))


@wrong(ALL, "Your hidden units are sigmoids; they are rectifiers.", "Which values can leave a hidden layer?")
def hidden_units_are_sigmoids() -> Functions:
    return stacked(
        relu=lambda _net, x, _i, _mode: right["sigmoid_forward"](x),
        relu_back=lambda _net, dx, cache, _i: (right["sigmoid_backward"](dx, cache), {}),
    )


@wrong(ALL, "Your backward goes past the relus; what a relu cut off in the forward has no gradient.", BACK)
def relu_backward_is_forgotten() -> Functions:
    return stacked(steps_back=lambda net, i: without("relu", net.steps(i)))


@wrong(ALL, "You leave the last layer's bias out of the scores; it is added.", ORDER)
def last_bias_is_left_out() -> Functions:
    def affine(net: Stack, x: Array, i: int, mode: str) -> Any:
        out, cache = Stack.affine(net, x, i, mode)
        return (out - net.params[f"b{i}"] if i == net.num_layers else out), cache

    return stacked(affine=affine)


@wrong(
    DEEPER,
    "You multiply samples as they come; an affine layer flattens each to a row first.",
    "What does your affine layer do with images, which have three axes each?",
)
def samples_are_not_flattened() -> Functions:
    def affine(net: Stack, x: Array, i: int, mode: str) -> Any:
        return x @ net.params[f"W{i}"] + net.params[f"b{i}"], Stack.affine(net, x, i, mode)[1]

    return stacked(affine=affine)


@wrong(ALL, "You return probabilities; without labels the scores are asked for, before any softmax.", SOFTMAX)
def scores_are_probabilities() -> Functions:
    return stacked(scores=lambda net, x: softmax(Stack.scores(net, x)))


@wrong(ALL, "You ask whether y is true to see if there are labels; y is None without them, or an array.", LABELS)
def labels_are_asked_for_their_truth() -> Functions:
    return stacked(told=lambda net, x, y: Stack.told(net, x, y) if y else net.scores(x))


@wrong(ALL, "You pass probabilities to the softmax loss, which takes the softmax itself.", SOFTMAX)
def softmax_is_applied_twice() -> Functions:
    return stacked(criterion=lambda _net, scores, y: right["softmax_loss"](softmax(scores), y))


@wrong(ALL, "Your loss is the hinge loss; this network has softmax and cross-entropy.", SOFTMAX)
def hinge_for_softmax() -> Functions:
    return stacked(criterion=lambda _net, scores, y: right["svm_loss"](scores, y))


def weighted(of_loss: int, of_gradient: int) -> Functions:
    """The networks with the data's loss and gradient multiplied by powers of the batch's size."""

    def criterion(_net: Stack, scores: Array, y: Array) -> Any:
        loss, dscores = right["softmax_loss"](scores, y)
        size = scores.dtype.type(len(y))
        return loss * size**of_loss, dscores * size**of_gradient

    return stacked(criterion=criterion)


@wrong(ALL, "Your loss is the sum over the batch, while its gradient is that of the mean; both are of the mean.", MEAN)
def loss_is_a_sum() -> Functions:
    return weighted(1, 0)


@wrong(ALL, "Your loss is the mean over the batch, while its gradient is that of the sum; both are of the mean.", MEAN)
def gradient_is_a_sum() -> Functions:
    return weighted(0, 1)


@wrong(ALL, "Your loss and gradient are sums over the batch; they are means.", MEAN)
def loss_and_gradient_are_sums() -> Functions:
    return weighted(1, 1)


@wrong(ALL, "You divide the gradient by the batch's size twice; softmax_loss has done it already.", MEAN)
def gradient_is_averaged_twice() -> Functions:
    return weighted(0, -1)


@wrong(STACKED, "You store the gradients in the order in which they are found; the last layer's comes first.", SHAPES)
def gradients_are_stored_in_reverse() -> Functions:
    def affine_back(net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        dx, grads = Stack.affine_back(net, dx, cache, i)
        mirrored = net.num_layers + 1 - i
        return dx, {f"W{mirrored}": grads[f"W{i}"], f"b{mirrored}": grads[f"b{i}"]}

    return stacked(affine_back=affine_back)


@wrong(ALL, "Your bias gradients are rows (1, n); the biases, and so their gradients, are (n,).", SHAPES)
def bias_gradients_keep_a_row_axis() -> Functions:
    def affine_back(net: Stack, dx: Array, cache: Any, i: int) -> tuple[Array, Gradients]:
        dx, grads = Stack.affine_back(net, dx, cache, i)
        return dx, {**grads, f"b{i}": grads[f"b{i}"][np.newaxis]}

    return stacked(affine_back=affine_back)


def with_keys(weights: Callable[[Stack, int], int], biases: Callable[[Stack, int], int]) -> Functions:
    """The networks whose layer i computes with the weights and the bias of other layers."""

    def affine(net: Stack, x: Array, i: int, _mode: str) -> Any:
        return right["affine_forward"](x, net.params[f"W{weights(net, i)}"], net.params[f"b{biases(net, i)}"])

    return stacked(affine=affine)


def its_own(_net: Stack, i: int) -> int:
    """Layer i is layer i."""
    return i


def but_the_last_the_first(net: Stack, i: int) -> int:
    """Every hidden layer is the first."""
    return i if i == net.num_layers else 1


@wrong(DEEP, "Every hidden layer of yours multiplies by W1; each has weights of its own.", KEYS)
def hidden_layers_share_the_first_weights() -> Functions:
    return with_keys(but_the_last_the_first, its_own)


@wrong(DEEP, "Every hidden layer of yours adds b1; each has a bias of its own.", KEYS)
def hidden_layers_share_the_first_bias() -> Functions:
    return with_keys(its_own, but_the_last_the_first)


@wrong(ALL, "You change the parameters while the loss is computed; training steps are another's work.", WRITES)
def loss_updates_the_parameters() -> Functions:
    def told(net: Stack, x: Array, y: Array) -> Any:
        loss, grads = Stack.told(net, x, y)
        for name, w in net.params.items():
            np.subtract(w, grads[name], out=w)
        return loss, grads

    return stacked(told=told)


@wrong(ALL, "You overwrite X while the loss is computed; it belongs to the caller.", WRITES)
def loss_overwrites_its_input() -> Functions:
    def told(net: Stack, x: Array, y: Array) -> Any:
        loss, grads = Stack.told(net, x, y)
        x -= x.mean(axis=0)
        return loss, grads

    return stacked(told=told)
