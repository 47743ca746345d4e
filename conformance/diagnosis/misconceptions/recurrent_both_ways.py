"""Mistakes in recurrent layers that read in both directions."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.recurrent.base import lstm, rnn
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("lstm_gates", "lstm_forget")

Step = Callable[..., Any]
BOTH = "bidirectional_rnn bidirectional_lstm"


def turned(x: Array) -> Array:
    """The last step first."""
    return x[:, ::-1]


def both_ways(
    read: Step = turned,
    told: Step = turned,
    dtold: Step = turned,
    dread: Step = turned,
    own: int = 1,
    halves: Step = lambda there, back: (there, back),
    dx: Step = lambda there, back: there + back,
) -> Functions:
    """Both cells: how the second direction reads, tells, and is told and read back; whose parameters it has."""
    made: Functions = {}
    for name, layer in (("rnn", rnn()), ("lstm", lstm())):
        made = {**made, **_of(name, layer, read, told, dtold, dread, own, halves, dx)}
    return made


def _of(
    name: str, layer: Functions, read: Step, told: Step, dtold: Step, dread: Step, own: int, halves: Step, dx: Step
) -> Functions:
    def forward(x: Array, *of_both: Array) -> Any:
        there, cache = layer[f"{name}_forward"](x, *(each[0] for each in of_both))
        back, cache_back = layer[f"{name}_forward"](read(x), *(each[own] for each in of_both))
        return np.concatenate(halves(there, told(back)), axis=2), (cache, cache_back)

    def backward(dh: Array, cache: Any) -> Any:
        dthere, dback = halves(*np.split(dh, 2, axis=2))
        first, *of_first = layer[f"{name}_backward"](dthere, cache[0])
        second, *of_second = layer[f"{name}_backward"](dtold(dback), cache[1])
        return (dx(first, dread(second)), *(np.stack(each) for each in zip(of_first, of_second, strict=True)))

    return {f"bidirectional_{name}_forward": forward, f"bidirectional_{name}_backward": backward}


def as_it_is(x: Array) -> Array:
    """Nothing is turned."""
    return x


@wrong(
    BOTH,
    "Your second direction reads the sequence from its first step; it reads from the last one.",
    "Which step does the second layer see first?",
)
def reads_forwards_twice() -> Functions:
    return both_ways(as_it_is, as_it_is, as_it_is, as_it_is)


@wrong(
    BOTH,
    "Your second direction's states stand in the order in which it read; h[:, t] has both states of step t.",
    "At which step was the second direction when it made its first state?",
)
def states_not_turned_back() -> Functions:
    return both_ways(told=as_it_is, dtold=as_it_is)


@wrong(
    BOTH,
    "Your backward hands the second direction its gradients unturned; its first state belongs to the last step.",
    "Which step of dh does the second layer's last state belong to?",
)
def upstream_not_turned() -> Functions:
    return both_ways(dtold=as_it_is)


@wrong(
    BOTH,
    "Your dx adds what the second direction gives unturned; its first step is the last of x.",
    "Which step of x did the second layer read first?",
)
def input_gradient_not_turned() -> Functions:
    return both_ways(dread=as_it_is)


@wrong(
    BOTH,
    "Your dx is that of one direction; x is read twice, so both add to it.",
    "How many layers read x?",
)
def input_gradient_of_one_direction() -> Functions:
    return both_ways(dx=lambda there, _back: there)


@wrong(
    BOTH,
    "Your second direction has the first one's parameters and state; each direction has its own.",
    "Which index of Wx does your second layer take?",
)
def one_layer_for_both() -> Functions:
    return both_ways(own=0)


@wrong(
    BOTH,
    "Your two directions stand in the other order; the first half of h is that of the direction from first to last.",
    "Which half of h has seen only x[:, 0] at the first step?",
)
def halves_exchanged() -> Functions:
    return both_ways(halves=lambda there, back: (back, there))
