"""Check values that were published with the texts the suite follows. Each is a case like any other, with its source.

A printed value is known to half a unit of its last decimal; its yardstick is such that exactly this error still passes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np

from gradproof.conformance.oracle.yardstick import NORMWISE
from gradproof.conformance.spec.cases import Array, Case, Options
from gradproof.conformance.spec.contract import Answer
from gradproof.conformance.spec.conventions import DEFAULT, OF_EVERY_CONTRACT, Dialect

SOURCE = "cs231n assignment 2, FullyConnectedNets notebook"
TWO_LAYERS = "published values of the shallow net and its penalised loss, D = 5, H = 50, C = 7"
SEED = 0
FIRST_INDEX = 1_000_000
NETS = ("fully_connected_net", "shallow_layer_net", "two_layer_net")
LOSSES = {0.0: 3.4702243556, 1.0: 26.5948426952}  # by reg


@dataclass(frozen=True)
class Published:
    """A case and the values that were printed for it."""

    case: Case
    printed: dict[str, Array]
    decimals: dict[str, int]
    conventions: tuple[str, ...] = ()  # those that must have their default value for it to hold


def cases(contract: str, dialect: Dialect = DEFAULT) -> tuple[Case, ...]:
    """The published cases of a contract that hold under a dialect; they have more digits than float32 has."""
    return tuple(
        entry.case
        for entry in entries()
        if entry.case.contract == contract
        and all(getattr(dialect, name) == getattr(DEFAULT, name) for name in (*entry.conventions, *OF_EVERY_CONTRACT))
    )


def answer(case: Case) -> Answer:
    """The printed values, and as their unit the rounding of the print."""
    entry = next(entry for entry in entries() if entry.case.id == case.id)
    units = {name: np.full(value.shape, _half_unit(entry, name) / NORMWISE) for name, value in entry.printed.items()}
    return Answer(dict(entry.printed), units)


@cache
def entries() -> tuple[Published, ...]:
    """All published values."""
    nets = (_two_layers(name, index, reg) for name in NETS for index, reg in enumerate((0.0, 1.0)))
    return (_affine(), _relu(), _shallow_net(), *nets)


def _half_unit(entry: Published, name: str) -> float:
    return float(0.5 * 10.0 ** -entry.decimals[name])


def _case(contract: str, inputs: Mapping[str, Array], index: int = 0, options: Options = MappingProxyType({})) -> Case:
    return Case(
        contract=contract,
        seed=SEED,
        index=FIRST_INDEX + index,
        scenario="published",
        dtype="float64",
        layout="C",
        inputs={name: np.ascontiguousarray(array) for name, array in inputs.items()},
        options=dict(options),
        source=TWO_LAYERS if contract in NETS else SOURCE,
    )


def _affine() -> Published:
    inputs = {
        "x": np.linspace(-0.1, 0.5, 2 * 4 * 5 * 6).reshape(2, 4, 5, 6),
        "w": np.linspace(-0.2, 0.3, 360).reshape(120, 3),
        "b": np.linspace(-0.3, 0.1, 3),
    }
    out = np.array([[1.49834967, 1.70660132, 1.91485297], [3.25553199, 3.5141327, 3.77273342]])
    return Published(_case("affine", inputs), {"out": out}, {"out": 8})


def _relu() -> Published:
    case = _case("relu", {"x": np.linspace(-0.5, 0.5, 12).reshape(3, 4)})
    out = np.array([[0, 0, 0, 0], [0, 0, 0.04545455, 0.13636364], [0.22727273, 0.31818182, 0.40909091, 0.5]])
    return Published(case, {"out": out}, {"out": 8})


def _shallow_net() -> Published:
    inputs, scores = _shallow_values()
    case = _case("shallow_net", {name.lower(): array for name, array in inputs.items()})
    return Published(case, {"scores": scores, "loss": np.array(LOSSES[0.0])}, {"scores": 8, "loss": 10})


def _two_layers(contract: str, index: int, reg: float) -> Published:
    inputs, scores = _shallow_values()
    case = _case(contract, inputs, index, {"reg": reg})
    printed = {"scores": scores, "loss": np.array(LOSSES[reg])}
    return Published(case, printed, {"scores": 8, "loss": 10}, conventions=("l2",) if reg else ())


def _shallow_values() -> tuple[dict[str, Array], Array]:
    samples, features, hidden, classes = 3, 5, 50, 7
    inputs = {
        "x": np.linspace(-5.5, 4.5, samples * features).reshape(features, samples).T,
        "W1": np.linspace(-0.7, 0.3, features * hidden).reshape(features, hidden),
        "b1": np.linspace(-0.1, 0.9, hidden),
        "W2": np.linspace(-0.3, 0.4, hidden * classes).reshape(hidden, classes),
        "b2": np.linspace(-0.9, 0.1, classes),
        "y": np.array([0, 5, 1]),
    }
    scores = np.array(
        [
            [11.53165108, 12.2917344, 13.05181771, 13.81190102, 14.57198434, 15.33206765, 16.09215096],
            [12.05769098, 12.74614105, 13.43459113, 14.1230412, 14.81149128, 15.49994135, 16.18839143],
            [12.58373087, 13.20054771, 13.81736455, 14.43418138, 15.05099822, 15.66781506, 16.2846319],
        ]
    )
    return inputs, scores
