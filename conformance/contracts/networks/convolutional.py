"""How the network with a convolution is drawn, and its reference."""

from importlib import import_module

import numpy as np

from conformance.cases import Draw, Scalar, choose, is_clear_of_kinks, length, normal, until
from conformance.contract import Case, Dialect, Drawn, Observations
from conformance.contracts.blocks_convolution import is_clear_of_ties, windowed
from conformance.contracts.convolution import convolved, two_different
from conformance.contracts.networks.draws import draw_parameters, is_telling
from conformance.contracts.networks.initial import is_initial

SIDES = (2, 4, 6)  # the 2x2 pooling leaves nothing over


def draw_conv_net(regs: tuple[float, ...] = (0.0,), last_scale: float = 1.0) -> Draw:
    """Images, never square, and a network for them, alive and clear of kinks; the kernels' size is odd."""

    def draw(rng: np.random.Generator, size: int, _dialect: Dialect) -> Drawn:
        options: dict[str, Scalar] = {"reg": choose(rng, regs)} if regs != (0.0,) else {}

        def propose() -> Drawn:
            samples, channels, filters = (length(rng, limit) for limit in (min(size, 3), 2, 2))
            height, width = two_different(rng, SIDES)
            kernel = choose(rng, (1, 3, 3, 5))
            units = [filters * height * width // 4, length(rng, min(size, 3), 2), length(rng, min(size, 3), 2)]
            affine = {f"{key[:-1]}{int(key[-1]) + 1}": value for key, value in draw_parameters(rng, units, None, False)}
            scale = 1.5 / np.sqrt(channels * kernel**2)
            inputs = {
                "W1": scale * normal(rng, filters, channels, kernel, kernel),
                "b1": normal(rng, filters),
                **affine,
            }
            inputs["W3"] = last_scale * inputs["W3"]
            inputs |= {"x": normal(rng, samples, channels, height, width), "y": rng.integers(units[-1], size=samples)}
            return Drawn(inputs, options)

        return until(propose, is_telling_of_all)

    return draw


def is_telling_of_all(drawn: Drawn) -> bool:
    """Whether no rectifier or maximum sits near its kink, some filter is on, and the layers above tell of it."""
    inputs = drawn.inputs
    scores = convolved(inputs["x"], inputs["W1"], inputs["b1"], stride=1, pad=(inputs["W1"].shape[-1] - 1) // 2)
    windows = windowed(np.maximum(scores, 0), pool_height=2, pool_width=2, stride=2)
    if not is_clear_of_kinks(scores) or not is_clear_of_ties(windows):
        return False
    pooled = windows.max(axis=-1).reshape(len(windows), -1)
    above = {f"{kind}{i}": inputs[f"{kind}{i + 1}"] for kind in "Wb" for i in (1, 2)}
    return is_telling({"x": pooled, "y": inputs["y"], **above}, None, keep=1) and bool((pooled > 0).any(axis=1).all())


def reference_conv_net(case: Case, by_log_sum_exp: bool = False) -> Observations:
    """The torch module with the same parameters; nothing, where a network is only made."""
    if is_initial(case):
        return {}
    reg = float(case.scalar_options().get("reg", 0.0))
    answer = import_module("reference.networks").convolutional_answer
    answers: Observations = answer(case.inputs, by_log_sum_exp, reg=reg, l2=case.dialect.l2)
    return answers
