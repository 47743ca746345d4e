"""Dropout with given masks in place of the submission's own, so that a network that draws them is compared exactly."""

import inspect
from collections.abc import Iterator
from typing import Any

from conformance.cases import Array
from conformance.contract import Case, Exercise, Subject


def with_given_masks(ask: Exercise) -> Exercise:
    """The same with the submission's own dropout replaced: it keeps what the case's masks say, scaled as declared."""

    def ask_masked(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        masks = [name for name in case.inputs if name.startswith("mask_")]
        conventions = (case.dialect.dropout_p == "keep", case.dialect.dropout == "inverted")
        given = GivenMasks([case[name] for name in masks], *conventions)
        subject.offered("dropout_forward")
        subject.script += [
            *("from typing import Any", "Array = np.ndarray"),
            inspect.getsource(GivenMasks),
            f"dropout = GivenMasks([{', '.join(masks)}], {', '.join(map(str, conventions))})",
            "own_functions = (dropout_forward, dropout_backward)",
            "spaces = [vars(module) for name, module in list(sys.modules.items()) if name != __name__]",
            "for space in (*spaces, FullyConnectedNet.loss.__globals__):",
            "    for own, given_one in zip(own_functions, (dropout.forward, dropout.backward)):",
            "        if space.get(own.__name__) is own:",
            "            space[own.__name__] = given_one",
        ]
        with subject.replaced({"dropout_forward": given.forward, "dropout_backward": given.backward}):
            for name, value in ask(subject, case):
                if name == "loss" and given.calls == 0:
                    told = "does not call dropout_forward in training; expected one call after each hidden layer's relu"
                    subject.end("interface", "FullyConnectedNet.loss", told)
                yield name, value

    return ask_masked


class GivenMasks:
    """Dropout with given masks, one call after the other; p and mode are what the submission passes on.

    Args:
        masks: of 0 and 1, one a hidden layer.
        p_is_keep: whether p is the probability to keep.
        inverted: whether training divides by that probability; if not, test time multiplies by it.
    """

    def __init__(self, masks: list[Array], p_is_keep: bool, inverted: bool) -> None:
        self.calls = 0
        self.masks, self.p_is_keep, self.inverted = masks, p_is_keep, inverted

    def forward(self, x: Array, dropout_param: dict[str, Any]) -> tuple[Array, Any]:
        """``x * mask / keep`` in training, x at test time; or ``x * mask`` and ``x * keep``."""
        keep = dropout_param["p"] if self.p_is_keep else 1 - dropout_param["p"]
        if dropout_param["mode"] == "test":
            return x * x.dtype.type(1 if self.inverted else keep), (dropout_param, None)
        mask = self.masks[self.calls % len(self.masks)].astype(x.dtype)
        if x.shape != mask.shape:
            raise ValueError(
                f"dropout is called on an array of shape {x.shape}, expected {mask.shape}: once after each hidden relu"
            )
        factor = mask * x.dtype.type(1 / keep if self.inverted else 1)
        self.calls += 1
        return x * factor, (dropout_param, factor)

    def backward(self, dout: Array, cache: Any) -> Array:
        """``dout`` times what the forward multiplied by."""
        return dout if cache[1] is None else dout * cache[1]
