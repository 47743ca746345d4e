"""Which year's hand-out a submission looks like: by the functions, classes and constructor arguments that it offers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.words.said import say

if TYPE_CHECKING:
    from gradproof.conformance.harness.loader import Inventory


@dataclass(frozen=True)
class Generation:
    """The hand-outs of some years of a course, what tells them from others, and which conventions are their own."""

    years: str
    assignment: str
    has: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    conventions: Mapping[str, str] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        """The default conventions but for its own."""
        return replace(DEFAULT, **self.conventions)


NETS = ("FullyConnectedNet", "ThreeLayerConvNet")
FIRST = ("TwoLayerNet.train", "TwoLayerNet.predict")
GENERATIONS = (  # the first that fits
    Generation(
        "2016 or 2017",
        "cs231n-2016-a2",
        (*NETS, "FullyConnectedNet(use_batchnorm)"),
        conventions={"dropout_p": "drop"},
    ),
    Generation(
        "2018 to 2020", "cs231n-2018-a2", (*NETS, "FullyConnectedNet(dropout)", "FullyConnectedNet(normalization)")
    ),
    Generation("2021 or later", "cs231n-2021-a2", (*NETS, "FullyConnectedNet(dropout_keep_ratio)")),
    Generation("2025 or later", "cs231n-2025-a1", ("FullyConnectedNet(dropout_keep_ratio)", "TwoLayerNet"), NETS[1:]),
    Generation("2021 to 2024", "cs231n-2021-a1", ("affine_forward", "svm_loss", "TwoLayerNet(weight_scale)"), NETS),
    Generation(
        "2016",
        "cs231n-2016-a1",
        (*FIRST, "svm_loss_naive(half)"),
        (*NETS, "affine_forward"),
        {"classifier_l2": "half"},
    ),
    Generation(
        "2017 to 2020", "cs231n-2017-a1", (*FIRST, "svm_loss_naive(full)"), (*NETS, "affine_forward"), {"l2": "full"}
    ),
    Generation("2017 to 2020", "cs231n-2017-a1", FIRST, (*NETS, "affine_forward")),
    Generation(
        "2016 to 2024", "cs231n-2016-a3", ("rnn_step_forward", "lstm_step_forward", "word_embedding_forward"), NETS
    ),
)

MESSAGES = tuple(dict.fromkeys(each.years for each in GENERATIONS))


def of(inventory: "Inventory") -> Generation | None:
    """The generation that a submission with something of a hand-out in it looks like, if there is one."""
    offered = {*inventory.functions, *inventory.broken, *inventory.handed_out}
    for each in GENERATIONS:
        is_one = offered.issuperset(each.has) and offered.isdisjoint(each.lacks)
        if is_one and (inventory.handed_out or each.assignment.endswith("-a1")):
            return each
    return None


def notes(inventory: "Inventory") -> Iterator[str]:
    """The assignment that fits a submission, if one does, and by which conventions of it the submission is judged."""
    each = of(inventory)
    if each is None:
        return
    said = {"years": say(each.years), "name": each.assignment}
    yield say("this looks like the {years} hand-out of cs231n: --assignment {name}", **said)
    if each.conventions:
        yield say(
            "it is judged by what that hand-out says, where --dialect says nothing else: {tag}",
            tag=each.dialect.tag(each.conventions),
        )
