"""Mistakes in the blocks. The layers are right; what is wrong is how they are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


@dataclass(frozen=True)
class Layer:
    """A layer of a block.

    Args:
        forward, backward: the names of its functions.
        arrays, params: those of the block's arguments that it takes. It gives a gradient for each array.
    """

    forward: str
    backward: str
    arrays: tuple[str, ...] = ()
    params: tuple[str, ...] = ()


def norm(name: str, param: str) -> Layer:
    """A normalization."""
    return Layer(f"{name}_forward", f"{name}_backward", ("gamma", "beta"), (param,))


AFFINE = Layer("affine_forward", "affine_backward", ("w", "b"))
CONV = Layer("conv_forward_fast", "conv_backward_fast", ("w", "b"), ("conv_param",))
RELU = Layer("relu_forward", "relu_backward")
POOL = Layer("max_pool_forward_fast", "max_pool_backward_fast", params=("pool_param",))
LAYERS: Mapping[str, Mapping[str, Layer]] = {
    "affine_relu": {"linear": AFFINE, "relu": RELU},
    "affine_bn_relu": {"linear": AFFINE, "norm": norm("batchnorm", "bn_param"), "relu": RELU},
    "affine_ln_relu": {"linear": AFFINE, "norm": norm("layernorm", "ln_param"), "relu": RELU},
    "conv_relu": {"linear": CONV, "relu": RELU},
    "conv_bn_relu": {"linear": CONV, "norm": norm("spatial_batchnorm", "bn_param"), "relu": RELU},
    "conv_relu_pool": {"linear": CONV, "relu": RELU, "pool": POOL},
}
ALL = "affine_relu affine_bn_relu affine_ln_relu conv_relu conv_bn_relu conv_relu_pool"
NORMALIZED = "affine_bn_relu affine_ln_relu conv_bn_relu"
WITH_BATCHNORM = "affine_bn_relu conv_bn_relu"
NORMS = ("batchnorm", "layernorm", "spatial_batchnorm")
ORDER = ("linear", "norm", "relu", "pool")


def block(
    layers: Mapping[str, Layer],
    forward_order: Sequence[str] = ORDER,
    backward_order: Sequence[str] | None = None,
    handed: Step = lambda caches, inputs: caches,
    **replaced: Step,
) -> tuple[Step, Step]:
    """A block's forward and backward: the order of the layers, the caches handed on, and single functions replaced.

    The block takes the arrays of all its layers, then their params. ``handed`` is given the cache and the input of
    every layer.
    """
    functions = {**donor(), **replaced}
    forwards = [name for name in forward_order if name in layers]
    backwards = [name for name in backward_order or reversed(forward_order) if name in layers]
    arrays = [name for layer in layers.values() for name in layer.arrays]
    takes = [*arrays, *(name for layer in layers.values() for name in layer.params)]

    def forward(x: Array, *given: Any) -> Any:
        known = dict(zip(takes, given, strict=True))
        caches, inputs = {}, {}
        for name in forwards:
            layer, inputs[name] = layers[name], x
            own = (known[each] for each in (*layer.arrays, *layer.params))
            x, caches[name] = functions[layer.forward](x, *own)
        return x, handed(caches, inputs)

    def backward(dout: Array, caches: Any) -> Any:
        gradients: dict[str, Any] = {}
        for name in backwards:
            layer, given = layers[name], functions[layers[name].backward](dout, caches[name])
            dout, *own = given if layer.arrays else (given,)
            gradients |= zip(layer.arrays, own, strict=True)
        return dout, *(gradients[name] for name in arrays)

    return forward, backward


def blocks(names: str = ALL, **steps: Any) -> Functions:
    """The blocks of these names, each with the same steps replaced."""
    made = {name: block(LAYERS[name], **steps) for name in names.split()}
    forwards = {f"{name}_forward": forward for name, (forward, _) in made.items()}
    return {**forwards, **{f"{name}_backward": backward for name, (_, backward) in made.items()}}


def with_norms_backward(changed: Step) -> Functions:
    """The blocks whose normalization gives ``changed(dout, dx, dgamma, dbeta)`` in its backward."""

    def after(right: Step) -> Step:
        return lambda dout, cache: changed(dout, *right(dout, cache))

    return blocks(NORMALIZED, **{f"{name}_backward": after(donor()[f"{name}_backward"]) for name in NORMS})


@wrong(
    ALL,
    "Your backward goes through the layers in the order of the forward; it goes from the last to the first.",
    "Which layer's output is dout the gradient of?",
)
def backward_in_the_order_of_the_forward() -> Functions:
    return blocks(backward_order=ORDER)


@wrong(
    NORMALIZED,
    "Your backward goes through the normalization before the rectifier; the rectifier came last, so it is the first.",
    "Which layer's output is dout the gradient of?",
)
def backward_normalizes_before_the_relu() -> Functions:
    return blocks(NORMALIZED, backward_order=("norm", "relu", "linear"))


@wrong(
    ALL,
    "Your backward leaves the rectifier out; dout passes it first.",
    "How many layers has your forward, and how many your backward?",
)
def relu_is_left_out_of_the_backward() -> Functions:
    return blocks(relu_backward=lambda dout, cache: dout)


@wrong(
    ALL,
    "Your block does not rectify, forward or backward; all values below 0 become 0.",
    "Can your output be negative?",
)
def relu_is_left_out() -> Functions:
    return blocks(relu_forward=lambda x: (x, None), relu_backward=lambda dout, cache: dout)


@wrong(
    ALL,
    "Your block rectifies its input; the rectifier comes after the layer with the weights.",
    "Can your output be negative?",
)
def relu_comes_first() -> Functions:
    return blocks(forward_order=("relu", "linear", "norm", "pool"))


@wrong(
    NORMALIZED,
    "You normalise the input of the block; what the layer with the weights gives is normalised.",
    "Which length do gamma and beta have, that of the input or that of the output?",
)
def norm_comes_first() -> Functions:
    return blocks(NORMALIZED, forward_order=("norm", "linear", "relu"))


@wrong(
    NORMALIZED,
    "You normalise after the rectifier; here the rectifier comes last.",
    "Can your output be negative?",
)
def norm_comes_last() -> Functions:
    return blocks(NORMALIZED, forward_order=("linear", "relu", "norm"))


@wrong(
    NORMALIZED,
    "Your block does not normalise; what is rectified is normalised before.",
    "Do gamma and beta change your output?",
)
def norm_is_left_out() -> Functions:
    def forward(x: Array, gamma: Array, beta: Array, _param: Any) -> Any:
        return x, np.zeros_like(gamma)

    def backward(dout: Array, zeros: Array) -> Any:
        return dout, zeros, zeros

    layers = {f"{name}_{way.__name__}": way for name in NORMS for way in (forward, backward)}
    return blocks(NORMALIZED, **layers)


@wrong(
    NORMALIZED,
    "Your backward hands the gradient from behind the normalization on as it is; it passes through it first.",
    "Which of the three gradients that the normalization gives goes on to the layer before?",
)
def norm_is_left_out_of_the_backward() -> Functions:
    return with_norms_backward(lambda dout, dx, dgamma, dbeta: (dout, dgamma, dbeta))


@wrong(
    NORMALIZED,
    "You return dbeta where dgamma is expected and dgamma where dbeta is; the order is dx, dw, db, dgamma, dbeta.",
    "Compare the order of what you return with the order of the arguments of the forward.",
)
def dgamma_and_dbeta_are_exchanged() -> Functions:
    return with_norms_backward(lambda dout, dx, dgamma, dbeta: (dx, dbeta, dgamma))


@wrong(
    ALL,
    "Your backward masks by the block's input; the rectifier masks by what came into the rectifier.",
    "Whose cache does the rectifier's backward get?",
)
def relu_is_given_the_input_of_the_block() -> Functions:
    return blocks(handed=lambda caches, inputs: {**caches, "relu": inputs["linear"]})


@wrong(
    NORMALIZED,
    "Your backward masks by what was normalised; the rectifier saw what came of it.",
    "Whose cache does the rectifier's backward get?",
)
def relu_is_given_the_input_of_the_norm() -> Functions:
    return blocks(NORMALIZED, handed=lambda caches, inputs: {**caches, "relu": inputs["norm"]})


@wrong(
    "affine_bn_relu",
    "You normalise each sample over its features; this block normalises each feature over the batch.",
    "Which of the two normalizations does your block call?",
)
def layernorm_for_batchnorm() -> Functions:
    right = donor()
    return blocks(
        "affine_bn_relu",
        batchnorm_forward=right["layernorm_forward"],
        batchnorm_backward=right["layernorm_backward"],
    )


@wrong(
    "affine_ln_relu",
    "You normalise each feature over the batch; this block normalises each sample over its features.",
    "Which of the two normalizations does your block call?",
)
def batchnorm_for_layernorm() -> Functions:
    right = donor()
    return blocks(
        "affine_ln_relu",
        layernorm_forward=lambda x, gamma, beta, _: right["batchnorm_forward"](x, gamma, beta, {"mode": "train"}),
        layernorm_backward=right["batchnorm_backward"],
    )


@wrong(
    WITH_BATCHNORM,
    "You give the normalization a dictionary of its own; the block hands on the bn_param that it was given.",
    "Print bn_param after a training step, and what the block gives in test mode.",
)
def bn_param_is_not_handed_on() -> Functions:
    def alone(right: Step) -> Step:
        return lambda x, gamma, beta, _: right(x, gamma, beta, {"mode": "train"})

    names = ("batchnorm_forward", "spatial_batchnorm_forward")
    return blocks(WITH_BATCHNORM, **{name: alone(donor()[name]) for name in names})
