"""Mistakes of networks that read sequences which only a second step shows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.harness.donor import donor
from gradproof.conformance.spec.cases import Array

right = donor()
NETS = ("CaptioningRNN", "CharRNN", "TransformerLM")
TRAININGS = "captioning_training char_training transformer_training"

Loss = Callable[..., Any]  # (the right method, net, *data) -> what it returns


def asked(loss: Loss) -> Functions:
    """The networks with another ``loss``."""

    def changed(cls: Any) -> Callable[..., Any]:
        return lambda net, *data: loss(cls.loss, net, *data)

    own: dict[str, Any] = {name: right[name] for name in NETS}
    return {name: type(name, (cls,), {"loss": changed(cls)}) for name, cls in own.items()}


@wrong(
    TRAININGS,
    "Your gradients have those of the steps before in them; each call of loss returns those of its own batch.",
    "Call loss twice with one batch: are the second gradients twice the first?",
)
def gradients_add_up_over_the_steps() -> Functions:
    def loss(own: Loss, net: Any, *data: Any) -> Any:
        value, grads = own(net, *data)
        before = vars(net).get("grads", {})
        net.grads = {name: grad + before.get(name, 0) for name, grad in grads.items()}
        return value, dict(net.grads)

    return asked(loss)


@wrong(
    TRAININGS,
    "Your network computes with the parameters that it had at its first step; it takes them from params at every step.",
    "After params has been changed, does loss give another value?",
)
def goes_on_with_the_first_parameters() -> Functions:
    def loss(own: Loss, net: Any, *data: Any) -> Any:
        first = vars(net).setdefault("first", {name: value.copy() for name, value in net.params.items()})
        now, net.params = net.params, first
        told = own(net, *data)
        net.params = now
        return told

    return asked(loss)


@wrong(
    TRAININGS,
    "Your loss is that of the batch before; the loss of a step is that of its own batch.",
    "Does the loss that you return change as soon as the batch does?",
)
def loss_of_the_batch_before() -> Functions:
    def loss(own: Loss, net: Any, *data: Any) -> Any:
        value, grads = own(net, *data)
        told, net.told = vars(net).get("told", value), value
        return told, grads

    return asked(loss)


@wrong(
    "char_training",
    "Your network goes on from the state that the last batch left; every batch starts from a state of zeros.",
    "Which state does the first character of the second batch find?",
)
def state_carried_over_to_the_next_batch() -> Functions:
    base: Any = right["CharRNN"]

    def loss(net: Any, x: Array, y: Array) -> Any:
        p, cell = net.params, net.cell_type
        hot = np.eye(len(p["Wx"]), dtype=p["Wx"].dtype)[x]
        h0 = vars(net).get("state", np.zeros((len(x), len(p["Wh"])), hot.dtype))
        h, of_steps = right[f"{cell}_forward"](hot, h0, p["Wx"], p["Wh"], p["b"])
        scores, of_scores = right["temporal_affine_forward"](h, p["W_vocab"], p["b_vocab"])
        value, dscores = right["temporal_softmax_loss"](scores, y, np.ones_like(y, dtype=bool))
        steps = y.shape[1]
        dh, *of_words = right["temporal_affine_backward"](dscores / hot.dtype.type(steps), of_scores)
        _, _, *of_cell = right[f"{cell}_backward"](dh, of_steps)
        net.state = h[:, -1]
        names = ("W_vocab", "b_vocab", "Wx", "Wh", "b")
        return value / steps, dict(zip(names, (*of_words, *of_cell), strict=True))

    return {"CharRNN": type("CharRNN", (base,), {"loss": loss})}
