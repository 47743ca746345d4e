"""Mistakes in the affine layer."""

from typing import Any

from conformance.cases import Array
from conformance.misconceptions import Functions, wrong
from conformance.transplant import donor

right = donor()


@wrong(
    "affine",
    "Your bias gradient is the mean of dout over the batch; it is the sum.",
    "Each sample adds its own dout to the loss; nothing divides by N here.",
)
def bias_gradient_is_a_mean() -> Functions:
    def affine_backward(dout: Array, cache: Any) -> Any:
        dx, dw, _ = right["affine_backward"](dout, cache)
        return dx, dw, dout.mean(axis=0)

    return {"affine_backward": affine_backward}
