"""Dropout with given masks in place of the submission's own, so that a network that draws them is compared exactly.

And the submission's own masks, which no two training steps share.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array, normal
from gradproof.conformance.spec.contract import Case, Dialect, Drawn, Exercise, Finding, Kind, Observations, Subject
from gradproof.conformance.spec.findings import CheckName, found
from gradproof.conformance.spec.sources import source_of

SCALING = CheckName.DROPOUT_SCALING

STEPS = 50
DRAWN = "weight_gradients"


def draw_own_masks(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
    """A network whose hidden units are all on, so that every unit that is dropped shows."""
    features, units, classes, samples = 3, 40, 3, 3
    x, w = normal(rng, samples, features), normal(rng, features, units)
    inputs = {"W1": w, "b1": np.abs(x @ w).max(axis=0) + 0.5, "W2": normal(rng, units, classes) / np.sqrt(units)}
    inputs |= {"b2": normal(rng, classes), "x": x, "y": rng.integers(classes, size=samples)}
    return Drawn(inputs, {"dropout": 0.5, "is_seeded": False})


def ask_for_steps(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
    """The last weights' gradients in training steps on one batch, each from the same parameters."""
    own_forward, calls = subject.offered("dropout_forward"), []

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        calls.append(dropout_param)
        return own_forward(x, dropout_param)

    net = network_styles.build(subject, "FullyConnectedNet", case)
    parameters = {key: np.copy(w) for key, w in net.net.params.items()}
    gradients: list[Any] = []
    before = len(subject.script)
    with subject.replaced({"dropout_forward": dropout_forward}):
        for _ in range(STEPS):
            net.net.params.update({key: w.copy() for key, w in parameters.items()})
            gradients.append(dict(net.loss("x", "y"))["dW2"])
    if not calls:
        subject.end(Kind.NO_DROPOUT_CALL, "FullyConnectedNet.loss")
    step = subject.script[before]
    subject.script[before:] = [
        "gradients, parameters = [], {key: w.copy() for key, w in net.params.items()}",
        f"for _ in range({STEPS}):",
        "    net.params.update({key: w.copy() for key, w in parameters.items()})",
        f"    {step}",
        f"    gradients.append({net.expression('dW2')})",
        f'got["{DRAWN}"] = np.stack(gradients)',
    ]
    yield DRAWN, subject.attempt("FullyConnectedNet.loss", lambda: np.stack(gradients))


def anew_each_step(_case: Case, observed: Observations) -> Iterator[Finding]:
    """No two of the steps drop the same units. Of 120 units each two steps agree with a probability of 2^-120.

    Even if a mask is shared by the samples, any two of the steps agree with one of less than 10^-8. A gradient that is
    0 tells of no mask: what is wrong there is wrong without one.
    """
    steps = [step.tobytes() for step in np.atleast_1d(observed.get(DRAWN, ())) if np.any(step)]
    different = len(set(steps))
    if different == 1 < len(steps):
        yield found(Kind.SAME_MASK_EACH_STEP, check=SCALING)
    elif different < len(steps):
        yield found(Kind.FEW_MASKS, check=SCALING, different=different, steps=len(steps))


def with_given_masks(ask: Exercise) -> Exercise:
    """The same with the submission's own dropout replaced: it keeps what the case's masks say, scaled as declared.

    Without masks in the case the submission's own dropout is asked for some.
    """

    def ask_masked(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if "mask_1" not in case.inputs:
            yield from ask_for_steps(subject, case)
            return
        masks = [name for name in case.inputs if name.startswith("mask_")]
        conventions = (case.dialect.dropout_p == "keep", case.dialect.dropout == "inverted")
        given = GivenMasks([case[name] for name in masks], *conventions)
        subject.offered("dropout_forward")
        subject.script += [
            *("from typing import Any", "Array = np.ndarray"),
            source_of("GivenMasks", __file__),
            f"dropout = GivenMasks([{', '.join(masks)}], {', '.join(map(str, conventions))})",
            "own_functions = (dropout_forward, dropout_backward)",
            "spaces = [vars(module) for name, module in list(sys.modules.items()) if name != __name__]",
            "for space in (*spaces, FullyConnectedNet.loss.__globals__):",
            "    for own, given_one in zip(own_functions, (dropout.forward, dropout.backward)):",
            "        if space.get(own.__name__) is own:",
            "            space[own.__name__] = given_one",
        ]
        asked = 0
        with subject.replaced({"dropout_forward": given.forward, "dropout_backward": given.backward}):
            for name, value in ask(subject, case):
                if name == "loss" and given.calls == 0 and given.asked == asked:
                    subject.end(Kind.NO_DROPOUT_CALL, "FullyConnectedNet.loss")
                asked = given.asked
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
        self.calls = 0  # in training
        self.asked = 0  # in any mode
        self.masks, self.p_is_keep, self.inverted = masks, p_is_keep, inverted

    def forward(self, x: Array, dropout_param: dict[str, Any]) -> tuple[Array, Any]:
        """``x * mask / keep`` in training, x at test time; or ``x * mask`` and ``x * keep``."""
        self.asked += 1
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
