"""Mistakes that a network makes with its convolution, its pooling and what comes of them."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.networks.base import BACK, ORDER, SHAPES, without
from gradproof.conformance.diagnosis.misconceptions.networks.initial import started
from gradproof.conformance.diagnosis.misconceptions.networks.penalty import WHICH
from gradproof.conformance.diagnosis.misconceptions.stacks import (
    POOLING,
    ConvolutionalStack,
    Gradients,
    Stack,
    right,
    stacked,
)
from gradproof.conformance.spec.cases import Array

NET = "three_layer_conv_net"
CLASSES = ("ThreeLayerConvNet",)
SIZES = "Follow the shape of an image through your layers: how many channels, rows and columns has it after each?"
ROWS = "Number the values of a small image with two channels: where is each of them after it is flattened?"
WINDOWS = "What does your pooling make of a window of 0, 0, 0 and 8, and which of the four can change that?"
PIXELS = "A kernel is laid over many places of an image: how does its gradient come from those of all the places?"
PADS = "How large is the output of your convolution for kernels of 1x1, 3x3 and 5x5 on the same image?"

changed = partial(stacked, CLASSES)
Change = Callable[[Array], Array]


def padded_by(pad: Callable[[int], int]) -> Functions:
    """The network with a pad for each size of its kernels."""
    return changed(conv_param=lambda net: {"stride": 1, "pad": pad(net.params["W1"].shape[-1])})


def with_pooling(after: Change = lambda out: out, before: Change = lambda dx: dx) -> Functions:
    """The network with something done to what the pooling gives, and to the gradient that it gets back."""

    def pool(net: ConvolutionalStack, x: Array, i: int, mode: str) -> Any:
        out, cache = ConvolutionalStack.pool(net, x, i, mode)
        return after(out), cache

    def pool_back(net: ConvolutionalStack, dx: Array, cache: Any, i: int) -> Any:
        return ConvolutionalStack.pool_back(net, before(dx), cache, i)

    return changed(pool=pool, pool_back=pool_back)


def with_filter_gradients(change: Callable[[Array, Array, Array, Array], Gradients]) -> Functions:
    """The network whose convolution has the gradients ``change(dout, dx, dw, db)``."""

    def conv_back(_net: ConvolutionalStack, dout: Array, cache: Any, _i: int) -> Any:
        dx, dw, db = right["conv_backward_fast"](dout, cache)
        return dx, change(dout, dx, dw, db)

    return changed(conv_back=conv_back)


def with_affine_weights(change: Callable[[Array, int], Array]) -> Functions:
    """The network whose first affine layer is made with ``change(what is right, number of filters)``."""

    def start(net: Any, _settings: dict[str, Any]) -> None:
        net.params["W2"] = change(net.params["W2"], len(net.params["W1"]))

    return started(start, CLASSES)


def with_rows(rows: Callable[[int, int], int]) -> Functions:
    """The network whose first affine layer is made for images with ``rows(height, width)`` pixels after the pooling."""

    def start(net: Any, _settings: dict[str, Any]) -> None:
        filters, (_, height, width) = len(net.params["W1"]), net.input_dim
        units = net.params["W2"].shape[1]
        net.params["W2"] = np.resize(net.params["W2"], (filters * rows(height // 2, width // 2), units))

    return started(start, CLASSES)


def penalised(shares: dict[str, int]) -> Functions:
    """The network with a penalty that has each parameter so often."""
    return changed(in_loss=lambda _net, name, _samples: float(shares.get(name, 0)))


@wrong(NET, "Your pooling takes the mean of each window; it takes the maximum.", WINDOWS)
def average_pooling() -> Functions:
    return changed(
        pool=lambda _net, x, _i, _mode: right["avg_pool_forward_fast"](x, POOLING),
        pool_back=lambda _net, dx, cache, _i: (right["avg_pool_backward_fast"](dx, cache), {}),
    )


@wrong(
    NET,
    "Your convolution moves by 2 and nothing is pooled; it moves by 1 and a 2x2 pooling follows.",
    SIZES,
)
def stride_in_place_of_pooling() -> Functions:
    def conv_param(net: ConvolutionalStack) -> dict[str, int]:
        return {**ConvolutionalStack.conv_param(net), "stride": 2}

    return changed(conv_param=conv_param, steps=lambda net, i: without("pool", Stack.steps(net, i)))


@wrong(NET, "You pool the images before the convolution; the pooling comes after its relu.", ORDER)
def pooling_comes_first() -> Functions:
    return changed(steps=lambda net, i: ("pool", "conv", "relu") if i == 1 else Stack.steps(net, i))


@wrong(NET, "You flatten the features with the channels last; they are flattened as they are, channels first.", ROWS)
def features_are_flattened_channels_last() -> Functions:
    return with_pooling(lambda out: out.transpose(0, 2, 3, 1), lambda dx: dx.transpose(0, 3, 1, 2))


@wrong(
    NET,
    "You reshape the gradient of the flattened features with the channels last; the forward had them first.",
    ROWS,
)
def gradient_is_reshaped_channels_last() -> Functions:
    def reshaped(dx: Array) -> Array:
        samples, channels, height, width = dx.shape
        return dx.reshape(samples, height, width, channels).transpose(0, 3, 1, 2)

    return with_pooling(before=reshaped)


@wrong(NET, "Your pooling gives its gradient to all pixels of a window; only the maximum gets it.", WINDOWS)
def gradient_is_repeated_over_each_window() -> Functions:
    return changed(pool_back=lambda _net, dx, _cache, _i: (dx.repeat(2, axis=2).repeat(2, axis=3), {}))


@wrong(NET, "You leave the bias out of the convolution; each filter adds its own.", ORDER)
def convolution_bias_is_left_out() -> Functions:
    def conv(net: ConvolutionalStack, x: Array, i: int, mode: str) -> Any:
        out, cache = ConvolutionalStack.conv(net, x, i, mode)
        return out - net.params["b1"].reshape(-1, 1, 1), cache

    return changed(conv=conv)


@wrong(NET, "You leave the hidden layer's bias out; it is added.", ORDER)
def hidden_bias_is_left_out() -> Functions:
    def affine(net: ConvolutionalStack, x: Array, i: int, mode: str) -> Any:
        out, cache = Stack.affine(net, x, i, mode)
        return (out - net.params["b2"] if i == 2 else out), cache

    return changed(affine=affine)


@wrong(NET, "Your backward goes past the relu after the convolution; what it cut off has no gradient.", BACK)
def convolution_relu_backward_is_forgotten() -> Functions:
    return changed(steps_back=lambda net, i: without("relu", net.steps(i), i == 1))


@wrong(NET, "Your backward goes past the relu of the hidden layer; what it cut off has no gradient.", BACK)
def hidden_relu_backward_is_forgotten() -> Functions:
    return changed(steps_back=lambda net, i: without("relu", net.steps(i), i == 2))


@wrong(NET, "You exchange the gradients of the two affine layers; each belongs under its own key.", SHAPES)
def affine_gradients_are_exchanged() -> Functions:
    return changed(affine_back=lambda net, dx, cache, i: _under(5 - i, Stack.affine_back(net, dx, cache, i)))


def _under(i: int, given: tuple[Array, Gradients]) -> tuple[Array, Gradients]:
    """Gradients stored as if they were layer i's."""
    dx, grads = given
    return dx, {f"{name[0]}{i}": gradient for name, gradient in grads.items()}


@wrong(NET, "You store the gradient of the images under W1; the gradient of the filters belongs there.", SHAPES)
def filters_get_the_gradient_of_the_images() -> Functions:
    return with_filter_gradients(lambda _dout, dx, _dw, db: {"W1": dx, "b1": db})


@wrong(NET, "You average the filters' gradients over the pixels; they are sums.", PIXELS)
def filter_gradients_are_averaged_over_the_pixels() -> Functions:
    def change(dout: Array, _dx: Array, dw: Array, db: Array) -> Gradients:
        pixels = dout[0, 0].size
        return {"W1": dw / pixels, "b1": db / pixels}

    return with_filter_gradients(change)


@wrong(NET, "You average the filters' gradients over the batch; softmax_loss has done it already.", PIXELS)
def filter_gradients_are_averaged_over_the_batch() -> Functions:
    return with_filter_gradients(lambda dout, _dx, dw, db: {"W1": dw / len(dout), "b1": db / len(dout)})


@wrong(NET, "You do not pad the images; a pad of half the kernel keeps their size.", PADS)
def images_are_not_padded() -> Functions:
    return padded_by(lambda _kernel: 0)


@wrong(NET, "You always pad by 1, as a 3x3 kernel needs it; the pad depends on the size of the kernels.", PADS)
def padding_is_that_of_3x3() -> Functions:
    return padded_by(lambda _kernel: 1)


@wrong(NET, "Your first affine layer is made for images that are not pooled; it gets a quarter of their pixels.", SIZES)
def affine_layer_is_made_for_unpooled_images() -> Functions:
    return with_affine_weights(lambda w, _filters: np.tile(w, (4, 1)))


@wrong(NET, "Your first affine layer is made for a single filter; it gets the pixels of all of them.", SIZES)
def affine_layer_is_made_for_one_filter() -> Functions:
    return with_affine_weights(lambda w, filters: w[: len(w) // filters])


@wrong(NET, "Your first affine layer is made for images as wide as they are high; their width may differ.", SIZES)
def affine_layer_is_made_for_the_height_squared() -> Functions:
    return with_rows(lambda height, _width: height**2)


@wrong(NET, "Your first affine layer is made for images as high as they are wide; their height may differ.", SIZES)
def affine_layer_is_made_for_the_width_squared() -> Functions:
    return with_rows(lambda _height, width: width**2)


@wrong(NET, "Your filters are made for images of three channels; input_dim says how many there are.", SIZES)
def filters_are_made_for_three_channels() -> Functions:
    def start(net: Any, _settings: dict[str, Any]) -> None:
        filters, _, *kernel = net.params["W1"].shape
        net.params["W1"] = np.resize(net.params["W1"], (filters, 3, *kernel))

    return started(start, CLASSES)


@wrong(NET, "You leave the hidden layer's weights out of the penalty; it is of all weights.", WHICH)
def hidden_layer_is_left_out_of_the_penalty() -> Functions:
    return penalised({"W1": 1, "W3": 1})


@wrong(NET, "You penalise the hidden layer's weights twice and the last layer's never; all count once.", WHICH)
def hidden_layer_stands_for_the_last_in_the_penalty() -> Functions:
    return penalised({"W1": 1, "W2": 2})
