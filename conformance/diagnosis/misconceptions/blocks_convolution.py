"""Mistakes in the blocks of convolution that those of the affine layer cannot have. The layers are right."""

from collections.abc import Mapping
from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.blocks import Step, blocks
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

ALL = "conv_relu conv_bn_relu conv_relu_pool"
NORMALIZED = "conv_bn_relu"
POOLED = "conv_relu_pool"
OUTPUT = "Work the output's height and width out by hand for this case, then compare: which setting would give yours?"
OVER = "Over which axes is a mean taken, and how many means are there in all?"
POOLING = "Which pixels does a window see, and by how much does it move on?"
BACK = "Write down the layers of the forward and read them backwards: does your backward go through each of them?"

Param = Mapping[str, Any]


def with_conv_param(changed: Step) -> Functions:
    """The blocks that give the convolution ``changed(conv_param, w)``."""
    right = donor()["conv_forward_fast"]
    return blocks(ALL, conv_forward_fast=lambda x, w, b, param: right(x, w, b, changed(param, w)))


def with_pool_param(changed: Step) -> Functions:
    """The block that gives the pooling ``changed(pool_param)``."""
    right = donor()["max_pool_forward_fast"]
    return blocks(POOLED, max_pool_forward_fast=lambda x, param: right(x, changed(param)))


def with_norm(forward: Step, backward: Step) -> Functions:
    """The block with another normalization."""
    return blocks(NORMALIZED, spatial_batchnorm_forward=forward, spatial_batchnorm_backward=backward)


def with_backward(changed: Step) -> Functions:
    """The blocks whose backward gives ``changed(dout, dx, dw, db)`` and the gradients after these."""

    def after(right: Step) -> Step:
        def backward(dout: Array, cache: Any) -> Any:
            dx, dw, db, *others = right(dout, cache)
            return *changed(dout, dx, dw, db), *others

        return backward

    right = blocks(ALL)
    return {**right, **{f"{name}_backward": after(right[f"{name}_backward"]) for name in ALL.split()}}


@wrong(ALL, "You ignore conv_param and keep the image's size; stride and pad are what the block was given.", OUTPUT)
def conv_param_is_ignored() -> Functions:
    return with_conv_param(lambda _param, w: {"stride": 1, "pad": (w.shape[2] - 1) // 2})


@wrong(ALL, "Your convolution always moves by 1; it moves by the stride in conv_param.", OUTPUT)
def stride_is_not_handed_on() -> Functions:
    return with_conv_param(lambda param, _w: {**param, "stride": 1})


@wrong(ALL, "Your convolution never pads; it pads by what conv_param says.", OUTPUT)
def pad_is_not_handed_on() -> Functions:
    return with_conv_param(lambda param, _w: {**param, "pad": 0})


@wrong(ALL, "You pad by half of the kernel; the pad is what conv_param says.", OUTPUT)
def pad_is_half_of_the_kernel() -> Functions:
    return with_conv_param(lambda param, w: {**param, "pad": (w.shape[2] - 1) // 2})


@wrong(
    ALL,
    "You return dw where dx is expected and dx where dw is expected; the order is dx, dw, db.",
    "Compare the order of what you return with the order of the arguments of the forward.",
)
def dx_and_dw_are_exchanged() -> Functions:
    return with_backward(lambda _dout, dx, dw, db: (dw, dx, db))


@wrong(
    ALL,
    "Your bias gradient is the sum of the block's dout; it is the sum of what reaches the convolution.",
    "Which layers lie between the bias and the output, and does its gradient come through all of them?",
)
def bias_gradient_is_that_of_the_output() -> Functions:
    return with_backward(lambda dout, dx, dw, _db: (dx, dw, dout.sum(axis=(0, 2, 3))))


@wrong(
    NORMALIZED,
    "You leave the bias out since normalization takes it away; the running mean still has it.",
    "Which mean is subtracted in test mode, and of what is it the mean?",
)
def bias_is_left_out_before_the_norm() -> Functions:
    right = donor()["conv_forward_fast"]
    return blocks(NORMALIZED, conv_forward_fast=lambda x, w, b, param: right(x, w, 0 * b, param))


@wrong(NORMALIZED, "You normalise each channel of each image; it is normalised over all images together.", OVER)
def instancenorm_for_batchnorm() -> Functions:
    right = donor()
    return with_norm(
        lambda x, gamma, beta, _: right["instancenorm_forward"](x, gamma, beta, {}), right["instancenorm_backward"]
    )


@wrong(NORMALIZED, "You normalise each image over its channels; each channel is normalised over all images.", OVER)
def layernorm_for_batchnorm() -> Functions:
    right = donor()
    return with_norm(
        lambda x, gamma, beta, _: right["spatial_groupnorm_forward"](x, gamma, beta, 1, {}),
        right["spatial_groupnorm_backward"],
    )


@wrong(NORMALIZED, "You normalise each pixel by itself; all pixels of a channel are normalised together.", OVER)
def batchnorm_for_each_pixel() -> Functions:
    right = donor()

    def forward(x: Array, gamma: Array, beta: Array, param: Any) -> Any:
        pixels = x[0, 0].size
        scales = gamma.repeat(pixels), beta.repeat(pixels)
        out, cache = right["batchnorm_forward"](x.reshape(len(x), -1), *scales, param)
        return out.reshape(x.shape), cache

    def backward(dout: Array, cache: Any) -> Any:
        dx, dgamma, dbeta = right["batchnorm_backward"](dout.reshape(len(dout), -1), cache)
        by_channel = dout.shape[1], -1
        return dx.reshape(dout.shape), *(each.reshape(by_channel).sum(axis=1) for each in (dgamma, dbeta))

    return with_norm(forward, backward)


@wrong(POOLED, "You always pool by 2x2; window and stride are what pool_param says.", POOLING)
def pool_param_is_ignored() -> Functions:
    return with_pool_param(lambda _param: {"pool_height": 2, "pool_width": 2, "stride": 2})


@wrong(POOLED, "Your pooling moves by the size of its window; it moves by the stride in pool_param.", POOLING)
def pooling_moves_by_its_window() -> Functions:
    return with_pool_param(lambda param: {**param, "stride": (param["pool_height"], param["pool_width"])})


@wrong(POOLED, "You exchange the height and the width of the pooling; height counts rows, width columns.", POOLING)
def pool_height_and_width_are_exchanged() -> Functions:
    return with_pool_param(
        lambda param: {**param, "pool_height": param["pool_width"], "pool_width": param["pool_height"]}
    )


@wrong(POOLED, "You take the mean of each window; it is the maximum.", "What is left of a window of 0, 0, 0 and 8?")
def average_for_max() -> Functions:
    right = donor()
    return blocks(
        POOLED,
        max_pool_forward_fast=right["avg_pool_forward_fast"],
        max_pool_backward_fast=right["avg_pool_backward_fast"],
    )


@wrong(POOLED, "Your block does not pool; it ends with a maximum over each window.", OUTPUT)
def pooling_is_left_out() -> Functions:
    return blocks(
        POOLED,
        max_pool_forward_fast=lambda x, _param: (x, None),
        max_pool_backward_fast=lambda dout, _cache: dout,
    )


@wrong(POOLED, "You pool the input; the convolution comes first.", "Which pixels does each kernel see?")
def pooling_comes_first() -> Functions:
    return blocks(POOLED, forward_order=("pool", "linear", "relu"))


@wrong(POOLED, "Your backward rectifies before it goes through the pooling; the pooling came last.", BACK)
def backward_rectifies_before_the_pooling() -> Functions:
    return blocks(POOLED, backward_order=("relu", "pool", "linear"))


@wrong(
    POOLED,
    "Your backward divides dout among all pixels of a window; the one that was the maximum gets it.",
    "Which pixels of a window change the output if they change a little?",
)
def gradient_is_divided_in_the_pooling() -> Functions:
    return blocks(POOLED, max_pool_backward_fast=donor()["avg_pool_backward_fast"])
