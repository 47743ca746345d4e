"""Networks as a training has them: deep, on batches of several sizes, two at once, with looks at test mode in between.

What is judged is the loss of a second batch, from other parameters than the first had, and after others that differ
from it in one thing each, the data, the labels, or the parameters.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.spec import network_styles
from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose, normal, until
from gradproof.conformance.spec.contract import Case, Dialect, Drawn, Exercise, Scenario, Subject
from gradproof.conformance.spec.contracts.networks.draws import activated, draw_net, draw_parameters, is_telling
from gradproof.conformance.spec.in_use.draws import MANY_HINT, MANY_SAMPLES, MANY_UNITS, labels, labels_of_many
from gradproof.conformance.spec.in_use.unusual import PIXELS
from gradproof.conformance.spec.network_styles import construction

FIRST, OTHER = 2.0, -0.5  # what the parameters of the first step are, and those of the other network, in the case's own
DEPTHS = (11, 5, 8, 3)  # hidden layers
OTHER_FILTERS, OTHER_KERNEL, OTHER_UNITS, OTHER_CLASSES, OTHER_IMAGE = 4, 3, 8, 9, (2, 4, 6)  # of a third network
IN_USE_HINT = (
    "this is a later training step of a network: its parameters have moved, the batch is another one, test mode was "
    "asked in between, so was a second network of the class, and a third one was made, of other sizes and with other "
    "options; data and parameters may lie in the arrays of before; nothing may be left over, and nothing belongs to "
    "the class"
)
DEEP_HINT = "the network has more hidden layers than in the other cases, each with all of its parts"
ONE_HINT = (
    "the batch has one sample, which is trained on as any other is and has its axis, and the layer has more units than "
    "in the other cases"
)
PIXELS_HINT = "X holds whole numbers of 8 bits (uint8), as files of images have them: no gradient is of that dtype"


def in_use(*draws: Draw, places: tuple[int, ...], is_of_one_size: bool = False) -> Scenario:
    """The cases of ``draws`` with a batch before them."""
    first, *further = (_with_a_batch_before(draw, is_of_one_size) for draw in draws)
    return Scenario("in_use", first, hint=IN_USE_HINT, further=tuple(further), places=places)


def deep(
    normalization: str | None = None,
    keeps: tuple[float, ...] = (),
    regs: tuple[float, ...] = (0.1, 0.0),
    row_biases: bool = False,
) -> Scenario:
    """Cases with up to twelve layers."""
    first, *further = (_draw_deep(depth, normalization, keeps, regs, row_biases) for depth in DEPTHS)
    return Scenario("deep", first, hint=DEEP_HINT, further=tuple(further), places=(12, 15))


def of_pixels(depths: tuple[int, ...], **options: Any) -> Scenario:
    """Cases whose data are pixels. A network may refuse them."""
    draw = draw_net(depths, is_pixels=True, **options)
    return Scenario(PIXELS, draw, hint=PIXELS_HINT, places=(21,), smooth=False, may_refuse=True)


def wide(normalization: str | None = None, keeps: tuple[float, ...] = (), row_biases: bool = False) -> Scenario:
    """Cases with many units and a batch of one, as the last of an epoch may be; of some, where they are normalized."""

    def of_units(rng: np.random.Generator) -> tuple[int, int, Array]:
        return MANY_UNITS, 3, rng.integers(3, size=5 if normalization == "batchnorm" else 1)

    draw = _draw_sized(of_units, normalization, keeps, row_biases)
    return Scenario("wide", draw, hint=MANY_HINT if normalization == "batchnorm" else ONE_HINT, places=(18,))


def many_samples(normalization: str | None = None, keeps: tuple[float, ...] = (), row_biases: bool = False) -> Scenario:
    """Cases with many samples, and with many classes."""

    def of_samples(rng: np.random.Generator) -> tuple[int, int, Array]:
        samples, classes = int(rng.integers(*MANY_SAMPLES)), 3
        return 3, classes, rng.integers(classes, size=samples, dtype=np.uint8)

    def of_classes(rng: np.random.Generator) -> tuple[int, int, Array]:
        return 3, *labels_of_many(rng, 5)

    first, second = (_draw_sized(sizes, normalization, keeps, row_biases) for sizes in (of_samples, of_classes))
    return Scenario("many_samples", first, hint=MANY_HINT, further=(second,), places=(20, 23))


def _draw_sized(
    sizes: Callable[[np.random.Generator], tuple[int, int, Array]],
    normalization: str | None,
    keeps: tuple[float, ...],
    row_biases: bool,
) -> Draw:
    """A network with one hidden layer and its batch; ``sizes`` are its units, its classes, and the labels."""

    def draw(rng: np.random.Generator, _size: int, dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"normalization": normalization} if normalization else {}
        keep = choose(rng, keeps) if keeps else 1.0
        options |= {"dropout": keep if dialect.dropout_p == "keep" else round(1 - keep, 6)} if keeps else {}

        def propose() -> Drawn:
            units, classes, y = sizes(rng)
            inputs = dict(draw_parameters(rng, [3, units, classes], normalization, row_biases))
            mask = {"mask_1": (rng.random((len(y), units)) < keep).astype(np.int64)} if keeps else {}
            return Drawn({**inputs, "x": normal(rng, len(y), 3), "y": y, **mask}, options)

        return until(propose, lambda drawn: is_telling(drawn.inputs, normalization, keep))

    return draw


def _with_a_batch_before(draw: Draw, is_of_one_size: bool) -> Draw:
    def draw_used(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        inputs, options = draw(rng, size, dialect)
        inputs = {name: a for name, a in inputs.items() if not name.startswith(("x_", "y_"))}
        x, y = inputs["x"], inputs["y"]
        samples = len(y) if is_of_one_size else len(y) + (3 if size % 2 else -1 if len(y) > 4 else 1)
        first = normal(rng, samples, *x.shape[1:]).astype(x.dtype)
        return Drawn({**inputs, "x_first": first, "y_first": rng.integers(y.max() + 1, size=samples)}, options)

    return draw_used


def _draw_deep(
    depth: int, normalization: str | None, keeps: tuple[float, ...], regs: tuple[float, ...], row_biases: bool
) -> Draw:
    def draw(rng: np.random.Generator, size: int, dialect: Dialect) -> Drawn:
        keep = choose(rng, keeps) if keeps else 1.0
        options: dict[str, Scalar] = {"reg": choose(rng, regs)}
        options |= {"normalization": normalization} if normalization else {}
        options |= {"dropout": keep if dialect.dropout_p == "keep" else round(1 - keep, 6)} if keeps else {}
        samples, units, classes = 7, 6, 3

        def propose() -> Drawn:
            x = normal(rng, samples, 4)
            inputs: dict[str, Array] = {}
            reached = x
            for i in range(1, depth + 1):
                grown, reached = _grown(rng, i, reached, units, normalization, keep if keeps else None)
                inputs |= grown
            last = depth + 1
            inputs |= {f"W{last}": 0.5 * normal(rng, units, classes), f"b{last}": normal(rng, classes)}
            masks = {name: inputs.pop(name) for name in [*inputs] if name.startswith("mask_")}
            if row_biases:
                inputs |= {name: b[np.newaxis] for name, b in inputs.items() if name[0] == "b" and name[1:].isdigit()}
            return Drawn({**inputs, "x": x, "y": labels(rng, classes, samples, size), **masks}, options)

        return until(propose, lambda drawn: is_telling(drawn.inputs, normalization, keep))

    return draw


def _grown(
    rng: np.random.Generator, i: int, x: Array, units: int, normalization: str | None, keep: float | None
) -> tuple[dict[str, Array], Array]:
    """The parameters of one more hidden layer, and what it makes of ``x``: no sample ends there."""

    def propose() -> Drawn:
        drawn = dict(draw_parameters(rng, [x.shape[1], units, 1], normalization, row_biases=False))
        inputs = {f"{name[:-1]}{i}": array for name, array in drawn.items() if name.endswith("1")}
        inputs[f"b{i}"] = 0.3 * inputs[f"b{i}"]
        if keep is not None:
            inputs[f"mask_{i}"] = (rng.random((len(x), units)) < keep).astype(np.int64)
        return Drawn(inputs)

    def passed(drawn: Drawn) -> Array | None:
        return activated(x, drawn.inputs, i, normalization, 1.0 if keep is None else keep)

    def accept(drawn: Drawn) -> bool:
        out = passed(drawn)
        return out is not None and bool((out > 0).any(axis=1).all())

    drawn = until(propose, accept)
    out = passed(drawn)
    assert out is not None
    return drawn.inputs, out


def or_used(class_name: str, build: Callable[[Subject, str, Case], network_styles.Net], ask: Exercise) -> Exercise:
    """The exercise; where there is a batch before the case's own, as in a training."""

    def used(subject: Subject, case: Case) -> Iterator[tuple[str, object]]:
        if "x_first" not in case.inputs:
            yield from ask(subject, case)
            return
        case = _with_others(case)
        subject.script.append(f"x_other, y_other = -x, (y + 1) % {construction.sizes_of(case)[-1]}")
        net = build(subject, class_name, case)
        net.hold(FIRST)
        _step(net)
        net.hold(1.0)
        subject.script.append("first = net")
        other = build(subject, class_name, case)
        other.hold(OTHER)
        _step(other)
        make = construction.construct_lists if class_name == "Network" else construction.construct
        make(subject, class_name, _otherwise(class_name, case))
        subject.script.append("net = first")
        net.scores("x_first")
        _step_in_place(net, case)
        _step(net, "x", "y_other")
        net.hold(FIRST)
        _step(net, "x", "y")
        net.hold(1.0, in_place=True)
        for name, value in net.loss("x", "y"):
            subject.script.append(f'got["{name}"] = {net.expression(name)}')
            yield name, value
        scores, after = net.scores("x_first"), scores_after(case)
        subject.script.append(f'got["{after}"] = scores')
        yield after, scores

    return used


def steps_before(case: Case) -> tuple[tuple[Array, float], ...]:
    """The batches before a case's own, and what the parameters are in each, in the case's own."""
    if "x_first" not in case.inputs:
        return ()
    others = _with_others(case)
    return (case["x_first"], FIRST), (others["x_other"], 1.0), (case["x"], 1.0), (case["x"], FIRST)


def _otherwise(class_name: str, case: Case) -> Case:
    """The same with other sizes, one more hidden layer, and none of the options but a penalty, another one."""
    sizes = (*(size + 1 for size in construction.sizes_of(case)[:-1]), OTHER_UNITS, OTHER_CLASSES)
    if class_name in construction.CONVOLUTIONAL:
        sizes = OTHER_FILTERS, OTHER_KERNEL, OTHER_UNITS, OTHER_CLASSES
    elif class_name in ("ShallowLayerNet", "TwoLayerNet"):
        sizes = (*sizes[:2], OTHER_CLASSES)
    reg = float(case.scalar_options().get("reg", 0.0)) + 1
    return replace(case, inputs={"image": np.array(OTHER_IMAGE), "sizes": np.array(sizes)}, options={"reg": reg})


def _with_others(case: Case) -> Case:
    """The same with other data and other labels, of the same shapes."""
    classes = construction.sizes_of(case)[-1]
    others = {"x_other": -case["x"], "y_other": (case["y"] + 1) % classes}
    return case.with_inputs({**case.inputs, **{name: a.astype(case[name[0]].dtype) for name, a in others.items()}})


def _step(net: network_styles.Net, x: str = "x_first", y: str = "y_first") -> None:
    for _ in net.loss(x, y):
        pass


def _step_in_place(net: network_styles.Net, case: Case) -> None:
    """A step on the other data, in the array in which the case's own are before and after: loops use theirs again."""
    kept = case["x"].copy()
    case["x"][...] = case["x_other"]
    net.subject.script.append("kept = x.copy(); x[...] = x_other")
    for _ in net.loss("x", "y", is_watched=False):
        pass
    case["x"][...] = kept
    net.subject.script.append("x[...] = kept")


def scores_after(case: Case) -> str:
    """What the scores are called at the end: with batch norm they tell of its running statistics."""
    return "test_scores" if case.scalar_options().get("normalization") == "batchnorm" else "scores"
