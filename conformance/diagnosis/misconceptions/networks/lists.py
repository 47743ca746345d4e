"""Mistakes in the network with its parameters in lists."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.networks.base import BACK, MEAN, ORDER, SHAPES, SOFTMAX, softmax
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
Network: Any = right["Network"]

Told = tuple[Any, list[Array], list[Array]]


def lists(**changed: Callable[..., Any]) -> Functions:
    """The network with some methods changed."""
    return {"Network": type("Network", (Network,), changed)}


def telling(change: Callable[[int, Any, list[Array], list[Array]], Told]) -> Functions:
    """The network whose backward gives ``change(batch size, loss, dws, dbs)``."""

    def backward(net: Any, x: Array, y: Array) -> Told:
        return change(len(x), *Network.backward(net, x, y))

    return lists(backward=backward)


def times(factor: float, arrays: list[Array]) -> list[Array]:
    """Each array multiplied, in its own dtype."""
    return [array * array.dtype.type(factor) for array in arrays]


def hidden(rectified: Callable[[Array, int, int], tuple[Array, Any]]) -> Functions:
    """The network with ``rectified(out, i, layers) -> (hidden, relu cache)`` before layer i."""

    def forward(net: Any, x: Array) -> tuple[Array, list[tuple[Any, Any]]]:
        out, caches = x, []
        for i, (w, b) in enumerate(zip(net.weights, net.bias, strict=True)):
            passed, relu_cache = (out, None) if i == 0 else rectified(out, i, len(net.weights))
            out, affine_cache = right["affine_forward"](passed, w, b[0])
            caches.append((affine_cache, relu_cache))
        return out, caches

    return lists(_forward=forward)


def all_pass(out: Array) -> Any:
    """The cache of a relu that cuts nothing off."""
    return right["relu_forward"](np.ones_like(out))[1]


@wrong("list_net", "You average the bias gradients once more; the weight gradients have the mean as well.", MEAN)
def bias_gradients_are_averaged_twice() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss, dws, times(1 / count, dbs)))


@wrong("list_net", "Your bias gradients are sums over the batch; they are means, as the loss is.", MEAN)
def bias_gradients_are_sums() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss, dws, times(count, dbs)))


@wrong("list_net", "Your weight gradients are sums over the batch; they are means, as the loss is.", MEAN)
def weight_gradients_are_sums() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss, times(count, dws), dbs))


@wrong("list_net", "Your gradients are sums over the batch; they are means, as the loss is.", MEAN)
def gradients_are_sums() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss, times(count, dws), times(count, dbs)))


@wrong("list_net", "You divide the gradients by the batch's size twice; once makes them means.", MEAN)
def gradients_are_averaged_twice() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss, times(1 / count, dws), times(1 / count, dbs)))


@wrong("list_net", "Your loss is the sum over the batch, while its gradients are means; both are means.", MEAN)
def loss_is_a_sum() -> Functions:
    return telling(lambda count, loss, dws, dbs: (loss * loss.dtype.type(count), dws, dbs))


@wrong("list_net", "Your bias gradients have lost the row axis; the biases, and their gradients, are (1, n).", SHAPES)
def bias_gradients_are_flat() -> Functions:
    return telling(lambda _count, loss, dws, dbs: (loss, dws, [db[0] for db in dbs]))


@wrong("list_net", "You return the gradients from the last layer to the first; they stand as the weights do.", SHAPES)
def gradients_are_in_reverse() -> Functions:
    return telling(lambda _count, loss, dws, dbs: (loss, dws[::-1], dbs[::-1]))


@wrong("list_net", "Your forward returns probabilities; it returns the scores before the softmax.", SOFTMAX)
def forward_returns_probabilities() -> Functions:
    return lists(forward=lambda net, x: softmax(Network.forward(net, x)))


@wrong("list_net", "Your forward rectifies the scores; the last layer is affine alone.", ORDER)
def forward_rectifies_the_scores() -> Functions:
    return lists(forward=lambda net, x: np.maximum(Network.forward(net, x), 0))


@wrong("list_net", "You rectify the input; relu comes between the layers.", ORDER)
def input_is_rectified() -> Functions:
    return lists(_forward=lambda net, x: Network._forward(net, np.maximum(x, 0)))


@wrong("list_net", "Your backward goes past the relus; what a relu cut off in the forward has no gradient.", BACK)
def relu_backward_is_forgotten() -> Functions:
    return hidden(lambda out, _i, _layers: (np.maximum(out, 0), all_pass(out)))


@wrong("list_net", "You have no relu between the layers; without it they are all one affine layer.", ORDER)
def no_relu_at_all() -> Functions:
    return hidden(lambda out, _i, _layers: (out, all_pass(out)))


@wrong("list_net", "You leave the relu out of the last hidden layer; every hidden layer has one.", ORDER)
def no_relu_in_the_last_hidden_layer() -> Functions:
    def rectified(out: Array, i: int, layers: int) -> Any:
        return (out, all_pass(out)) if i == layers - 1 else right["relu_forward"](out)

    return hidden(rectified)
