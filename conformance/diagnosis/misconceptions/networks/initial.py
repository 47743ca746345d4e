"""Mistakes in the parameters that networks start with, and in the masks that they draw."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.networks.modes import MASKS
from gradproof.conformance.diagnosis.misconceptions.stacks import STACKS, Stack, dropout_forward, right, stacked
from gradproof.conformance.spec.cases import Array

STARTED = "fully_connected_net layernorm_net shallow_layer_net two_layer_net three_layer_conv_net"
AFFINE = 2  # dimensions of the weights, units last; those of a convolution have the filters first
DRAWN = "Print the mean and the standard deviation of each weight matrix of a new network: what should they be?"
KNOWN = "Print the parameters of a new network that are not drawn at random: what should they be?"


def started(change: Callable[[Any, dict[str, Any]], None], names: Iterable[str] = STACKS) -> Functions:
    """The networks of these names with something changed as soon as they are made, given the settings."""
    own: dict[str, Any] = {name: right[name] for name in names}
    return {name: type(name, (cls,), {"__init__": _bound(cls, change)}) for name, cls in own.items()}


def _bound(cls: Any, change: Callable[[Any, dict[str, Any]], None]) -> Callable[..., None]:
    @wraps(cls.__init__)
    def start(net: Any, *given: Any, **settings: Any) -> None:
        cls.__init__(net, *given, **settings)
        change(net, settings)

    return start


def with_parameters(kind: str, value: Callable[[Array, float], Array]) -> Functions:
    """The networks whose parameters of a kind start at ``value(what is right, weight_scale)``."""

    def change(net: Any, settings: dict[str, Any]) -> None:
        scale = settings.get("weight_scale", settings.get("std", 1.0))
        for name, w in net.params.items():
            if name.rstrip("0123456789") == kind:
                net.params[name] = np.broadcast_to(value(w, scale), w.shape).astype(w.dtype)

    return started(change)


def with_lists(change: Callable[[Any], None]) -> Functions:
    """The network with lists, something changed as soon as it is made."""
    return started(lambda net, _settings: change(net), ("Network",))


@wrong(STARTED, "Your weights start with a deviation of their own; it is weight_scale.", DRAWN)
def weight_scale_is_ignored() -> Functions:
    return with_parameters("W", lambda w, scale: w / scale)


@wrong(STARTED, "Your weights all start above 0; they are drawn from a normal distribution around 0.", DRAWN)
def weights_start_positive() -> Functions:
    return with_parameters("W", lambda w, _scale: np.abs(w))


@wrong(STARTED, "Your weights all start at one value; they are random, or all units stay alike.", DRAWN)
def weights_start_at_one_value() -> Functions:
    return with_parameters("W", lambda _w, scale: np.array(scale))


@wrong(STARTED, "All units of a layer start with the same weights; each has random weights of its own.", DRAWN)
def units_start_alike() -> Functions:
    return with_parameters("W", lambda w, _scale: w[:, :1] if w.ndim == AFFINE else w[:1])


@wrong(
    STARTED,
    "You draw one number for all weights of a unit, so that they are all the same; each weight is drawn on its own.",
    DRAWN,
)
def weights_of_a_unit_are_one_number() -> Functions:
    return with_parameters("W", lambda w, _scale: w[:1] if w.ndim == AFFINE else w[:, :1, :1, :1])


@wrong(STARTED, "Your biases do not start at 0; they do, as the weights are random.", KNOWN)
def biases_do_not_start_at_0() -> Functions:
    return with_parameters("b", lambda b, _scale: b + 1)


@wrong("layernorm_net", "Your gamma does not start at 1; it does, so that normalization scales nothing yet.", KNOWN)
def gamma_does_not_start_at_1() -> Functions:
    return with_parameters("gamma", lambda gamma, _scale: 0 * gamma)


@wrong("layernorm_net", "Your beta does not start at 0; it does, so that normalization shifts nothing yet.", KNOWN)
def beta_does_not_start_at_0() -> Functions:
    return with_parameters("beta", lambda beta, _scale: beta + 1)


@wrong(STARTED, "Your parameters start in float64; they are of the dtype that the network is given.", KNOWN)
def parameters_start_in_float64() -> Functions:
    def change(net: Any, _settings: dict[str, Any]) -> None:
        net.params = {name: w.astype(np.float64) for name, w in net.params.items()}

    return started(change)


@wrong("list_net", "Your weights start smaller than standard normal; their deviation is 1.", DRAWN)
def list_weights_start_small() -> Functions:
    def change(net: Any) -> None:
        net.weights = [w / 100 for w in net.weights]

    return with_lists(change)


@wrong("list_net", "Your biases start at 0; they are standard normal, as the weights are.", KNOWN)
def list_biases_start_at_0() -> Functions:
    def change(net: Any) -> None:
        net.bias = [0 * b for b in net.bias]

    return with_lists(change)


def seeded(seed: Callable[[Stack], int]) -> Functions:
    """The networks whose masks are drawn with this seed, given or not."""
    return stacked(
        drop=lambda net, x, _i, mode: (
            dropout_forward(x, {**net.dropout_param, "mode": mode, "seed": seed(net)})
            if net.dropout_param["p"] != 1
            else (x, None)
        )
    )


@wrong("dropout_net", "Every training step of yours drops the same units; each draws its masks anew.", MASKS)
def same_masks_at_every_step() -> Functions:
    return seeded(lambda _net: 0)


@wrong("dropout_net", "Your masks come out of a few; each is drawn anew from all that there are.", MASKS)
def masks_come_from_a_few_seeds() -> Functions:
    return seeded(lambda _net: int(np.random.default_rng().integers(10)))
