"""Gradient checks of whole networks at the published shapes, and how often they cry wolf at a rectifier's kink.

    python benchmarks/kinks.py [--seeds N] [--torch-seeds N] [--scales S ...]

D = 15, hidden layers 20, 30, 20, ten classes, two samples, reg 0, 0.11 and 3.14; and one hidden layer at reg 0 and 0.7.
Weights are drawn at the published scale of 0.05, and at 0.01 and 0.001, biases are 0, as the networks start. The code
that is checked is right, so every "wrong" is a false alarm. Beside ours stands torch.autograd.gradcheck on the same
parameters, as a user calls it.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from gradproof import impl
from gradproof.conformance.checks.table import judge_differences
from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.harness.session import LocalSession
from gradproof.conformance.oracle.oracle import TorchOracle
from gradproof.conformance.spec.cases import Draw, Scenario
from gradproof.conformance.spec.contract import Case, Contract, Dialect, Drawn
from gradproof.conformance.spec.contracts import contract_named, function_names
from gradproof.reference.networks import FullyConnectedNet, parameters_among

SIZES = {"deep": (15, 20, 30, 20, 10), "shallow": (15, 20, 10)}
SETTINGS = [("deep", reg) for reg in (0.0, 0.11, 3.14)] + [("shallow", reg) for reg in (0.0, 0.7)]
SCALES = (0.05, 0.01, 0.001)


def draw_published(sizes: tuple[int, ...], reg: float, scale: float) -> Draw:
    """Two samples and a network as it starts."""

    def draw(rng: np.random.Generator, _size: int, _dialect: Dialect) -> Drawn:
        inputs = {}
        for i, pair in enumerate(pairwise(sizes), start=1):
            inputs |= {f"W{i}": scale * rng.standard_normal(pair), f"b{i}": np.zeros(pair[1])}
        inputs |= {"x": rng.standard_normal((2, sizes[0])), "y": rng.integers(sizes[-1], size=2)}
        return Drawn(inputs, {"net": {"reg": reg}})

    return draw


def published(net: str, reg: float, scale: float) -> Contract:
    """The network's row with the published cases alone; small weights have small gradients, none of them is refused."""
    row = contract_named("fully_connected_net")
    return replace(row, scenarios=(Scenario("published", draw_published(SIZES[net], reg, scale)),))


def ours(row: Contract, seeds: int, cases: int) -> Iterator[str]:
    """The verdict for each seed."""
    functions = {name: getattr(impl, name) for name in function_names()}
    session = LocalSession(functions, Inventory(dict.fromkeys(functions, "impl")))
    for seed in range(seeds):
        yield judge_differences(gather(row, session, Recorded(seed), Plan((row,), cases=cases)), frozenset()).status


class Recorded(TorchOracle):
    """The reference's values without a yardstick, which finite differences do not ask for."""

    def answer(self, case: Case) -> Any:
        """Values alone."""
        from gradproof.conformance.spec.contract import Answer

        values = contract_named(case.contract).reference(case)
        return Answer(values, {name: np.ones_like(value) for name, value in values.items()})


def torchs(row: Contract, seeds: int) -> Iterator[str]:
    """torch.autograd.gradcheck with its defaults, for each seed."""
    for seed in range(seeds):
        (case, *_) = TorchOracle(seed).cases(row, count=1)
        net = FullyConnectedNet(parameters_among(case.inputs), reg=float(case.scalar_options()["reg"]))
        names = list(net.params)
        x, y = torch.from_numpy(np.array(case["x"])), torch.from_numpy(case["y"])

        def loss(*values: torch.Tensor, net=net, names=names, x=x, y=y) -> torch.Tensor:  # noqa: ANN001
            net.params = dict(zip(names, values, strict=True))
            return net.loss(x, y)

        values = tuple(net.params[name].detach().clone().requires_grad_() for name in names)
        yield "passed" if torch.autograd.gradcheck(loss, values, raise_exception=False) else "failed"


def main() -> None:
    """Print a line for each setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--torch-seeds", type=int, default=20)
    parser.add_argument("--scales", type=float, nargs="+", default=SCALES)
    arguments = parser.parse_args()
    print(f"{'net':<9}{'reg':>6}{'scale':>7}   gradproof, {arguments.seeds} seeds            torch.autograd.gradcheck")
    for net, reg in SETTINGS:
        for scale in arguments.scales:
            row = published(net, reg, scale)
            own, other = Counter(ours(row, arguments.seeds, cases=8)), Counter(torchs(row, arguments.torch_seeds))
            words = f"right {own['passed']}, wrong {own['failed']}, inconclusive {own['inconclusive']}"
            print(
                f"{net:<9}{reg:>6}{scale:>7}   {words:<42}wrong {other['failed']} of {arguments.torch_seeds}",
                flush=True,
            )


if __name__ == "__main__":
    main()
