"""How networks with convolutions are drawn, and their reference."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import count, pairwise
from typing import cast

import numpy as np

from gradproof.conformance.spec.cases import Array, Draw, Scalar, choose, is_clear_of_kinks, length, normal, until
from gradproof.conformance.spec.contract import Case, Dialect, Drawn, Observations
from gradproof.conformance.spec.contracts.blocks_convolution import is_clear_of_ties, windowed
from gradproof.conformance.spec.contracts.convolution import Pair, convolved, two_different
from gradproof.conformance.spec.contracts.networks.draws import draw_parameters, is_telling
from gradproof.conformance.spec.contracts.networks.in_use import steps_before
from gradproof.conformance.spec.contracts.networks.initial import is_initial
from gradproof.conformance.spec.network_styles.construction import image_of

SIDES = (2, 4, 6)  # the 2x2 pooling leaves nothing over
STEP, LEAST_SLOPE = 1e-5, 1e-3
STEPS = ((1, 2), (2, 1), (1, 1))  # strides of the convolutions, sides of the pooling's windows


def draw_conv_net(regs: tuple[float, ...] = (0.0,), last_scale: float = 1.0) -> Draw:
    """Images, never square, and a network of one convolution for them; the kernels' size is odd."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"reg": choose(rng, regs)} if regs != (0.0,) else {}

        def propose() -> Drawn:
            samples, channels, filters = (length(rng, limit) for limit in (min(size, 3), 2, 2))
            height, width = two_different(rng, SIDES)
            kernel = choose(rng, (1, 3, 3, 5))
            units = [filters * height * width // 4, length(rng, min(size, 3), 2), length(rng, min(size, 3), 2)]
            inputs = _parameters(rng, (channels, filters), (kernel, kernel), units)
            inputs["W3"] = last_scale * inputs["W3"]
            inputs |= {"x": normal(rng, samples, channels, height, width), "y": rng.integers(units[-1], size=samples)}
            return Drawn(inputs, options)

        return until(propose, is_telling_of_all)

    return draw


def draw_deep(is_signal: bool) -> Draw:
    """Two convolutions, strided or pooled, an affine layer or two; of images, or of signals that are given as rows."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        stride, pool = choose(rng, STEPS)
        options: dict[str, Scalar] = {"reg": choose(rng, (0.0, 0.5)), "stride": stride, "pool": pool}

        def propose() -> Drawn:
            samples, *channels = (length(rng, limit) for limit in (min(size, 3), 2, 2, 2))
            image = (1, int(choose(rng, (8, 9, 10)))) if is_signal else two_different(rng, (4, 5, 6))
            kernel = along(image, 3 if pool > 1 else choose(rng, (2, 3)))
            left = image
            for _ in range(2):
                left = counts(counts(left, kernel, along(image, stride), padding(kernel)), *2 * [along(image, pool)])
            hidden = [length(rng, min(size, 3), 2)] if size % 2 else []
            units = [channels[-1] * left[0] * left[1], *hidden, length(rng, min(size, 3), 2)]
            inputs = _parameters(rng, tuple(channels), kernel, units)
            inputs |= {"x": normal(rng, samples, channels[0], *image), "y": rng.integers(units[-1], size=samples)}
            if is_signal:
                inputs |= {"x": inputs["x"].reshape(samples, -1), "image": np.array([channels[0], *image])}
            return Drawn(inputs, options)

        return until(propose, is_telling_of_all)

    return draw


def _parameters(
    rng: np.random.Generator, channels: tuple[int, ...], kernel: Pair, units: list[int]
) -> dict[str, Array]:
    """Of the convolutions from channels to channels, then of the affine layers from units to units."""
    inputs: dict[str, Array] = {}
    for i, (of, to) in enumerate(pairwise(channels), start=1):
        scale = 1.5 / np.sqrt(of * kernel[0] * kernel[1])
        inputs |= {f"W{i}": scale * normal(rng, to, of, *kernel), f"b{i}": normal(rng, to)}
    return inputs | _shifted(dict(draw_parameters(rng, units, None, row_biases=False)), len(channels) - 1)


def _shifted(parameters: dict[str, Array], by: int) -> dict[str, Array]:
    """The parameters of layer i as those of layer i + by."""
    return {f"{name[0]}{int(name[1:]) + by}": value for name, value in parameters.items()}


def along(image: tuple[int, ...], size: int) -> Pair:
    """A size along both sides of an image, 1 along a side of one pixel."""
    height, width = (1 if side == 1 else size for side in image)
    return height, width


def padding(kernel: Pair) -> Pair:
    """What keeps an image's size at stride 1 if the kernel's is odd."""
    return (kernel[0] - 1) // 2, (kernel[1] - 1) // 2


def counts(image: Pair, kernel: Pair, stride: Pair, pad: Pair = (0, 0)) -> Pair:
    """How many windows lie on an image each way."""
    rows, columns = ((image[i] + 2 * pad[i] - kernel[i]) // stride[i] + 1 for i in (0, 1))
    return rows, columns


def is_telling_of_all(drawn: Drawn) -> bool:
    """Whether no rectifier or maximum sits near its kink, some filter is on, and loss and layers above tell of it."""
    inputs, options = drawn.inputs, cast("dict[str, int]", drawn.options)
    layers = list(convolved_layers(inputs, options))
    for scores, windows in layers:
        is_on = (windows > 0).any(axis=(1, 2, 3, 4)).all()
        if not is_clear_of_kinks(scores) or not is_clear_of_ties(windows) or not is_on:
            return False
    x, affine = layers[-1][1].max(axis=-1), _affine_part(inputs, len(layers))
    if not is_telling({"x": x, "y": inputs["y"], **affine}, None, keep=1):
        return False
    return all(_slope(inputs, options, f"b{i}") > LEAST_SLOPE for i in range(1, len(layers) + 1))


def convolved_layers(inputs: Mapping[str, Array], options: Mapping[str, int]) -> Iterator[tuple[Array, Array]]:
    """Of each convolution the scores, and the windows of the pooling over what the rectifier leaves of them."""
    x = inputs["x"].reshape(-1, *image_of(inputs))
    stride, pool = (along(x.shape[2:], options.get(name, plain)) for name, plain in (("stride", 1), ("pool", 2)))
    for i in count(1):
        w = inputs[f"W{i}"]
        if w.ndim != x.ndim:
            return
        scores = convolved(x, w, inputs[f"b{i}"], stride, padding(w.shape[2:]))
        windows = windowed(np.maximum(scores, 0), *pool, pool)
        yield scores, windows
        x = windows.max(axis=-1)


def _affine_part(inputs: Mapping[str, Array], convolutions: int) -> dict[str, Array]:
    affine = {name: value for name, value in inputs.items() if name[0] in "Wb" and int(name[1:]) > convolutions}
    return _shifted(affine, -convolutions)


def _loss(inputs: Mapping[str, Array], options: Mapping[str, int]) -> float:
    """The mean cross-entropy."""
    layers = list(convolved_layers(inputs, options))
    x, affine = layers[-1][1].max(axis=-1).reshape(len(inputs["y"]), -1), _affine_part(inputs, len(layers))
    last = len(affine) // 2
    for i in range(1, last + 1):
        x = x @ affine[f"W{i}"] + affine[f"b{i}"]
        x = x if i == last else np.maximum(x, 0)
    x = x - x.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(x)), inputs["y"]]))


def _slope(inputs: Mapping[str, Array], options: Mapping[str, int], bias: str) -> float:
    """The largest slope of the loss in an element of a bias."""
    before, b = _loss(inputs, options), inputs[bias]
    moved = (_loss({**inputs, bias: b + STEP * unit}, options) for unit in np.eye(b.size))
    return max(abs(after - before) / STEP for after in moved)


def roundings_conv_net(case: Case) -> Iterator[Observations]:
    """The torch network with the same parameters, and its other stable formula; nothing, where it is only made."""
    if is_initial(case):
        return iter(())
    options = case.scalar_options()
    answers: Iterator[Observations] = import_module("gradproof.reference.networks").answers(
        case.inputs,
        image_of(case.inputs),
        before=steps_before(case),
        stride=int(options.get("stride", 1)),
        pool=int(options.get("pool", 2)),
        reg=float(options.get("reg", 0.0)),
        l2=case.dialect.l2,
    )
    return answers
