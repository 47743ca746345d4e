"""Which year's hand-out a submission looks like: by the functions, classes and constructor arguments that it offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradproof.conformance.spec.words.said import say

if TYPE_CHECKING:
    from gradproof.conformance.harness.loader import Inventory


@dataclass(frozen=True)
class Generation:
    """The hand-outs of some years of a course, and what tells them from others."""

    years: str
    assignment: str
    has: tuple[str, ...]
    lacks: tuple[str, ...] = ()


NETS = ("FullyConnectedNet", "ThreeLayerConvNet")
GENERATIONS = (  # the first that fits
    Generation("2016 or 2017", "cs231n-2016-a2", (*NETS, "FullyConnectedNet(use_batchnorm)")),
    Generation(
        "2018 to 2020", "cs231n-2018-a2", (*NETS, "FullyConnectedNet(dropout)", "FullyConnectedNet(normalization)")
    ),
    Generation("2021 or later", "cs231n-2021-a2", (*NETS, "FullyConnectedNet(dropout_keep_ratio)")),
    Generation("2025 or later", "cs231n-2025-a1", ("FullyConnectedNet(dropout_keep_ratio)", "TwoLayerNet"), NETS[1:]),
    Generation("2021 to 2024", "cs231n-2021-a1", ("affine_forward", "svm_loss", "TwoLayerNet(weight_scale)"), NETS),
    Generation(
        "2017 to 2020", "cs231n-2017-a1", ("TwoLayerNet.train", "TwoLayerNet.predict"), (*NETS, "affine_forward")
    ),
    Generation(
        "2016 to 2024", "cs231n-2016-a3", ("rnn_step_forward", "lstm_step_forward", "word_embedding_forward"), NETS
    ),
)

MESSAGES = tuple(dict.fromkeys(each.years for each in GENERATIONS))


def notes(inventory: "Inventory") -> Iterator[str]:
    """The assignment that fits a submission with something of a hand-out in it, if one does."""
    offered = {*inventory.functions, *inventory.broken}
    for each in GENERATIONS:
        is_one = offered.issuperset(each.has) and offered.isdisjoint(each.lacks)
        if is_one and (inventory.handed_out or each.assignment.endswith("-a1")):
            yield say(
                "this looks like the {years} hand-out of cs231n: --assignment {name}",
                years=say(each.years),
                name=each.assignment,
            )
            return
