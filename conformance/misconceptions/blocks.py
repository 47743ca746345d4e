"""Mistakes in the blocks. The layers are right; what is wrong is how they are put together."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from conformance.cases import Array
from conformance.misconceptions import Functions, wrong
from conformance.transplant import donor

Step = Callable[..., Any]
NORMS = {"affine_relu": None, "affine_bn_relu": "batchnorm", "affine_ln_relu": "layernorm"}
ALL = "affine_relu affine_bn_relu affine_ln_relu"
NORMALIZED = "affine_bn_relu affine_ln_relu"
ORDER = ("affine", "norm", "relu")
GRADIENTS = ("affine", "norm")


def block(
    norm: str | None,
    forward_order: Sequence[str] = ORDER,
    backward_order: Sequence[str] | None = None,
    handed: Step = lambda caches: caches,
    **replaced: Step,
) -> tuple[Step, Step]:
    """A block's forward and backward: the order of the layers, the caches handed on, and single layers replaced."""
    layers = {**donor(), **replaced}
    prefix = {"affine": "affine", "norm": norm, "relu": "relu"}
    present = {name: stem for name, stem in prefix.items() if stem}
    backwards = [name for name in backward_order or reversed(forward_order) if name in present]

    def forward(x: Array, w: Array, b: Array, *of_norm: Any) -> Any:
        arguments = {"affine": (w, b), "norm": of_norm, "relu": ()}
        caches = {}
        for name in (name for name in forward_order if name in present):
            x, caches[name] = layers[f"{present[name]}_forward"](x, *arguments[name])
        return x, handed(caches)

    def backward(dout: Array, caches: Any) -> Any:
        parameters: dict[str, Any] = {}
        for name in backwards:
            gradients = layers[f"{present[name]}_backward"](dout, caches[name])
            dout, *parameters[name] = (gradients,) if name == "relu" else gradients
        return dout, *(gradient for name in GRADIENTS if name in present for gradient in parameters[name])

    return forward, backward


def blocks(names: str = ALL, **steps: Any) -> Functions:
    """The blocks of these names, each with the same steps replaced."""
    made = {name: block(NORMS[name], **steps) for name in names.split()}
    forwards = {f"{name}_forward": forward for name, (forward, _) in made.items()}
    return {**forwards, **{f"{name}_backward": backward for name, (_, backward) in made.items()}}


def with_norms_backward(changed: Step) -> Functions:
    """The blocks whose normalization gives ``changed(dout, dx, dgamma, dbeta)`` in its backward."""

    def after(right: Step) -> Step:
        return lambda dout, cache: changed(dout, *right(dout, cache))

    names = ("batchnorm_backward", "layernorm_backward")
    return blocks(NORMALIZED, **{name: after(donor()[name]) for name in names})


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
    return blocks(NORMALIZED, backward_order=("norm", "relu", "affine"))


@wrong(
    ALL,
    "Your backward leaves the rectifier out; dout passes it first.",
    "How many layers has your forward, and how many your backward?",
)
def relu_is_left_out_of_the_backward() -> Functions:
    return blocks(relu_backward=lambda dout, cache: dout)


@wrong(
    ALL,
    "Your block has no rectifier, forward or backward; it ends with one.",
    "Can your output be negative?",
)
def relu_is_left_out() -> Functions:
    return blocks(relu_forward=lambda x: (x, None), relu_backward=lambda dout, cache: dout)


@wrong(
    ALL,
    "Your block rectifies its input; the rectifier comes last.",
    "Can your output be negative?",
)
def relu_comes_first() -> Functions:
    return blocks(forward_order=("relu", "affine", "norm"))


@wrong(
    NORMALIZED,
    "You normalise the input of the affine layer; its output is normalised.",
    "Which length do gamma and beta have, that of x's rows or that of the output's?",
)
def norm_comes_first() -> Functions:
    return blocks(NORMALIZED, forward_order=("norm", "affine", "relu"))


@wrong(
    NORMALIZED,
    "You normalise after the rectifier; here the rectifier comes last.",
    "Can your output be negative?",
)
def norm_comes_last() -> Functions:
    return blocks(NORMALIZED, forward_order=("affine", "relu", "norm"))


@wrong(
    NORMALIZED,
    "Your block does not normalise; the output of the affine layer is normalised before it is rectified.",
    "Do gamma and beta change your output?",
)
def norm_is_left_out() -> Functions:
    def forward(x: Array, gamma: Array, beta: Array, _param: Any) -> Any:
        return x, np.zeros_like(gamma)

    def backward(dout: Array, zeros: Array) -> Any:
        return dout, zeros, zeros

    layers = {f"{name}norm_{way.__name__}": way for name in ("batch", "layer") for way in (forward, backward)}
    return blocks(NORMALIZED, **layers)


@wrong(
    NORMALIZED,
    "Your backward hands the affine layer the gradient from behind the normalization; it passes through it first.",
    "Which of the three gradients that the normalization gives goes on to the affine layer?",
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
    return blocks(handed=lambda caches: {**caches, "relu": caches["affine"][0]})


@wrong(
    NORMALIZED,
    "Your backward masks by the output of the affine layer; the rectifier saw it normalised.",
    "Whose cache does the rectifier's backward get?",
)
def relu_is_given_the_input_of_the_norm() -> Functions:
    return blocks(NORMALIZED, handed=lambda caches: {**caches, "relu": donor()["affine_forward"](*caches["affine"])[0]})


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
    "affine_bn_relu",
    "You give the normalization a dictionary of its own; the block hands on the bn_param that it was given.",
    "Print bn_param after a training step, and what the block gives in test mode.",
)
def bn_param_is_not_handed_on() -> Functions:
    right = donor()
    return blocks(
        "affine_bn_relu",
        batchnorm_forward=lambda x, gamma, beta, _: right["batchnorm_forward"](x, gamma, beta, {"mode": "train"}),
    )
