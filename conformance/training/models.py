"""The networks of ``impl`` as a run's config asks for them."""

from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from gradproof.conformance.errors import UsageError, install
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.words.said import say
from gradproof.conformance.training.config import CONVOLUTIONAL, Recipe, RunConfig
from gradproof.conformance.training.sequences import Sequences, sequences
from gradproof.impl import CharRNN, TransformerLM
from gradproof.impl.datasets import Dataset, load
from gradproof.impl.networks import ConvNet, FullyConnectedNet, Network, ShallowLayerNet, TwoLayerNet
from gradproof.impl.solver import Model

PENALTY = {"two_layer": "full"}  # of the nets whose L2 penalty is not the half one


class WatchedNet(FullyConnectedNet):
    """A network that keeps the dropout masks of its last training step, for its twin."""

    masks: tuple[Array, ...] = ()

    def loss(self, X: Array, y: Array | None = None) -> Any:  # noqa: N803 - the field writes X
        """As the network's own."""
        if y is not None:
            self.masks = ()
        return super().loss(X, y)

    def _drop(self, x: Array, mode: str) -> tuple[Array, Any]:
        out, cache = super()._drop(x, mode)
        if cache is not None and cache[1] is not None:
            self.masks = (*self.masks, cache[1].astype(self.dtype))
        return out, cache


class PenalisedNet(TwoLayerNet):
    """A two-layer network for a solver, which tells the loss no penalty's strength: its own ``reg`` is in force."""

    def loss(self, X: Array, y: Array | None = None, reg: float | None = None) -> Any:  # noqa: N803
        """As the network's own."""
        return super().loss(X, y, self.reg if reg is None else reg)


@lru_cache(maxsize=1)
def dataset(spec: str, dtype: str) -> Dataset:
    """The data set, read once in a process. Raises UsageError if it cannot be read."""
    try:
        return load(spec, np.dtype(dtype))
    except (ValueError, ImportError, OSError) as error:
        raise UsageError(say("--data {spec}: {names}", spec=spec, names=" ".join(str(error).split()))) from None


def data_of(config: RunConfig) -> Dataset | Sequences:
    """What a run trains on. Raises UsageError if it cannot be read."""
    return sequences(config.data, config.length) if config.is_sequential else dataset(config.data, config.dtype)


def require_runnable(recipe: Recipe) -> None:
    """Raise UsageError if data or torch are missing or a network does not fit the data, before a folder is made."""
    if recipe.against == "torch" and find_spec("torch") is None:
        raise UsageError(say("--against torch: torch is not installed ({command})", command=install("reference")))
    data = data_of(recipe.config)
    most = len(data.X_train)
    for config in recipe.configs():
        if config.batch_size > most:
            raise UsageError(
                say(
                    "training: batch_size is {size}, expected at most {most}, all samples",
                    size=config.batch_size,
                    most=most,
                )
            )
        _require_kernels_within(config, data)
        try:
            build(config, data)
        except ValueError as error:
            raise UsageError(say("training: {reason}", reason=error)) from None


def _require_kernels_within(config: RunConfig, data: Dataset | Sequences) -> None:
    """Raise UsageError for a kernel so large that some of its weights meet no pixel, wherever it lies."""
    if config.net != "convnet" or isinstance(data, Sequences):
        return
    *_, height, width = data.image
    most = 2 * max(height, width) - 1
    if config.filter_size > most:
        raise UsageError(
            say(
                "training: filter_size is {size}, expected at most {most}: a larger kernel on {height} x {width} has "
                "weights that meet no pixel",
                size=config.filter_size,
                most=most,
                height=height,
                width=width,
            )
        )


def build(config: RunConfig, data: Dataset | Sequences) -> Model:
    """The network with its initial parameters, drawn with the config's seed."""
    common: dict[str, Any] = {"dtype": np.dtype(config.dtype), "seed": config.seed}
    scale: dict[str, Any] = {} if config.weight_scale is None else {"weight_scale": config.weight_scale}
    if isinstance(data, Sequences):
        units = config.hidden[0]
        if config.net == "transformer":
            return TransformerLM(len(data.words), units, config.heads, config.layers, **scale, **common)
        return CharRNN(len(data.words), units, config.net, **scale, **common)
    inputs, classes = data.input_dim, data.num_classes
    if config.net == "list":
        return Network((inputs, *config.hidden, classes), **common)
    if config.net == "shallow":
        return ShallowLayerNet(inputs, config.hidden[0], classes, reg=config.reg, **scale, **common)
    if config.net == "two_layer":
        net = PenalisedNet(inputs, config.hidden[0], classes, *scale.values(), **common)
        net.reg = config.reg
        return net
    if config.net == "convnet":
        convolutions: dict[str, Any] = {name: getattr(config, name) for name in CONVOLUTIONAL}
        layers: dict[str, Any] = {"hidden_dims": config.hidden, "input_dim": data.image, "num_classes": classes}
        return ConvNet(**convolutions, **layers, reg=config.reg, **scale, **common)
    normalization = None if config.normalization == "none" else config.normalization
    return WatchedNet(
        config.hidden,
        inputs,
        classes,
        dropout=config.dropout,
        normalization=normalization,
        reg=config.reg,
        **scale,
        **common,
    )
