"""Mistakes in dropout of channels. Every mask is drawn by dropout's ``kept``, but where the mask is the mistake."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("dropout_p",)
Step = Callable[..., Any]


def dropout2d(
    scale: Step = lambda keep: 1 / keep,
    share: Step = lambda keep: keep,
    back: Step = lambda dout, factors: dout * factors,
) -> Functions:
    """Dropout of channels."""

    def dropout2d_forward(x: Array, dropout_param: Any) -> Any:
        if dropout_param["mode"] == "test":
            return x.copy(), np.ones((1, 1, 1, 1), x.dtype)
        keep = dropout_param["p"]
        factors = kept((*x.shape[:2], 1, 1), share(keep), None) * x.dtype.type(scale(keep))
        return x * factors, factors

    return {"dropout2d_forward": dropout2d_forward, "dropout2d_backward": back}


@wrong(
    "dropout2d",
    "You keep the channels as they are; what is kept is divided by the keep probability.",
    "How large is a channel on average, before and after?",
)
def not_scaled() -> Functions:
    return dropout2d(scale=lambda _keep: 1.0)


@wrong(
    "dropout2d",
    "You keep as many channels as are to be dropped; p is the probability to keep.",
    "How many of 100 channels are left at p = 0.9?",
)
def kept_for_dropped() -> Functions:
    return dropout2d(share=lambda keep: 1 - keep)


@wrong(
    "dropout2d",
    "Your backward lets everything through; the gradient goes through the same channels as the signal.",
    "Can a dropped channel change the loss?",
)
def backward_without_the_mask() -> Functions:
    return dropout2d(back=lambda dout, _factors: dout.copy())
