"""What a training run is: read from a TOML file and the command line, checked, and written beside its results."""

import itertools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.spec.contracts import with_nearest
from gradproof.conformance.spec.words.said import say
from gradproof.conformance.training.sequences import names_sequences

LISTS = ("hidden", "filters")
CONVOLUTIONAL = ("filters", "filter_size", "stride", "pool")
SEQUENTIAL = ("rnn", "lstm", "transformer")
OF_SEQUENCES = ("layers", "heads", "length")
SWEPT = ("learning_rate", "weight_scale", "reg", "hidden")
NAME = "sweep"


class RunConfig(BaseModel):
    """Everything that one training run is determined by."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    net: Literal["fully_connected", "shallow", "two_layer", "list", "convnet", "rnn", "lstm", "transformer"] = (
        "fully_connected"
    )
    data: str = "digits"
    hidden: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(100,), strict=False)
    filters: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(32,), strict=False, min_length=1)
    filter_size: int = Field(default=3, ge=1)
    stride: int = Field(default=1, ge=1)
    pool: int = Field(default=2, ge=1)
    layers: int = Field(default=2, ge=1)
    heads: int = Field(default=4, ge=1)
    length: int = Field(default=32, ge=2)
    normalization: Literal["none", "batchnorm", "layernorm"] = "none"
    dropout: float = Field(default=1.0, gt=0, le=1)
    reg: float = Field(default=0.0, ge=0)
    weight_scale: float | None = Field(default=None, gt=0)
    update_rule: Literal["sgd", "sgd_momentum", "nesterov", "rmsprop", "adam"] = "adam"
    learning_rate: float = Field(default=1e-3, gt=0)
    lr_decay: float = Field(default=1.0, gt=0)
    batch_size: int = Field(default=100, ge=1)
    epochs: int = Field(default=10, ge=0)
    steps: int | None = Field(default=None, ge=0)
    sampling: Literal["replacement", "shuffled"] = "replacement"
    dtype: Literal["float32", "float64"] = "float32"
    seed: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _net_has_what_is_asked(self) -> Self:
        if self.net != "fully_connected" and (self.normalization != "none" or self.dropout != 1):
            raise ValueError(
                say("the net {net} has no normalization and no dropout; fully_connected has", net=self.net)
            )
        if self.net in ("shallow", "two_layer") and len(self.hidden) != 1:
            raise ValueError(
                say("the net {net} has one hidden layer, hidden has {count}", net=self.net, count=len(self.hidden))
            )
        if self.net == "list" and (self.reg or self.weight_scale is not None):
            raise ValueError(
                say("the net list has neither reg nor weight_scale: it starts from standard normal values")
            )
        defaults = {name: type(self).model_fields[name].default for name in CONVOLUTIONAL}
        strange = [name for name, value in defaults.items() if getattr(self, name) != value]
        if strange and self.net != "convnet":
            raise ValueError(
                say(
                    "the net {net} has no convolution, and so no {strange}; convnet has",
                    net=self.net,
                    strange=strange[0],
                )
            )
        return self

    @model_validator(mode="after")
    def _sequences_are_read_by_what_can(self) -> Self:
        others = {name: type(self).model_fields[name].default for name in OF_SEQUENCES}
        strange = [name for name, value in others.items() if getattr(self, name) != value]
        if not self.is_sequential:
            if strange:
                raise ValueError(
                    say("the net {net} reads no sequences, and so has no {strange}", net=self.net, strange=strange[0])
                )
            if names_sequences(self.data) and self.data != "mnist1d":
                raise ValueError(
                    say(
                        "{data} is data for the nets {names}, not for {net}",
                        data=self.data,
                        names=", ".join(SEQUENTIAL),
                        net=self.net,
                    )
                )
            return self
        if not names_sequences(self.data):
            raise ValueError(
                say(
                    "the net {net} reads text, text:PATH, copy, reverse or mnist1d, not {data}",
                    net=self.net,
                    data=self.data,
                )
            )
        if self.reg or len(self.hidden) != 1:
            raise ValueError(
                say("the net {net} has no reg, and one size as hidden: its units, or its width", net=self.net)
            )
        if self.net != "transformer" and (strange := [name for name in strange if name != "length"]):
            raise ValueError(say("the net {net} has no {strange}; transformer has", net=self.net, strange=strange[0]))
        return self

    @property
    def is_sequential(self) -> bool:
        """Whether the network reads sequences."""
        return self.net in SEQUENTIAL

    @property
    def title(self) -> str:
        """One phrase, such as ``digits, fully_connected 100-100``."""
        layers = (*self.filters, *self.hidden) if self.net == "convnet" else self.hidden
        return f"{self.data}, {self.net} {'-'.join(map(str, layers)) or 'without hidden layer'}"


class Recipe(BaseModel):
    """One run, or a grid of them, and what it is compared with."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    config: RunConfig
    sweep: dict[str, Annotated[tuple[Any, ...], Field(strict=False)]] = {}
    against: Literal["torch"] | None = None

    @model_validator(mode="after")
    def _grid_is_sound(self) -> Self:
        for name, values in self.sweep.items():
            if name not in SWEPT:
                raise ValueError(with_nearest(say("{name} cannot be swept", name=name), name, SWEPT))
            if not values:
                raise ValueError(say("the sweep of {name} has no values", name=name))
        if self.sweep and self.against:
            raise ValueError(say("--against compares one run, not a sweep: run the sweep's best on its own"))
        try:
            list(self.configs())
        except ValidationError as error:
            raise ValueError(say("sweep: {reason}", reason=_sentence(error))) from None
        return self

    def configs(self) -> Iterator[RunConfig]:
        """Every run of the grid, the last name changing fastest; the one run if there is no sweep."""
        for values in itertools.product(*self.sweep.values()):
            yield RunConfig.model_validate({**self.config.model_dump(), **dict(zip(self.sweep, values, strict=True))})


def recipe(file: Path | None, given: Mapping[str, Any], sweep: tuple[str, ...], against: str | None) -> Recipe:
    """What a file and the command line ask for; the command line wins.

    Args:
        file: a TOML file with keys of :class:`RunConfig` and a table ``sweep``.
        given: what the command line names.
        sweep: of ``NAME=VALUE,VALUE``; a list of hidden sizes has commas, and slashes between the lists.
        against: None or torch.

    Raises:
        UsageError: that names the key at fault, and the nearest valid one if it is unknown.
    """
    content = _read(file) if file else {}
    grid = content.pop(NAME, {})
    if not isinstance(grid, dict):
        raise UsageError(say("config {file}: sweep is no table, expected [sweep] with lists of values", file=file))
    grid = {name: values if isinstance(values, list) else [values] for name, values in grid.items()}
    for unknown in [name for name in content if name not in RunConfig.model_fields]:
        told = say("config {file}: {name} is not a key of a training config", file=file, name=unknown)
        raise UsageError(with_nearest(told, unknown, [*RunConfig.model_fields, NAME]))
    grid = {name: values for name, values in grid.items() if name not in given} | dict(map(_swept, sweep))
    return validated({"config": {**content, **given}, "sweep": grid, "against": against}, str(file or "training"))


def validated(content: Mapping[str, Any], where: str) -> Recipe:
    """The recipe. Raises UsageError with one sentence on the first fault."""
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise UsageError(say("{where}: {reason}", where=where, reason=_sentence(error))) from None


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if part != "config")
    reason = words_of(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    return say("{key}: {reason}, not {given!r}", key=key, reason=reason, given=first["input"]) if key else reason


def sizes(name: str, text: str) -> tuple[int, ...]:
    """``100,50`` as (100, 50); the empty text as no layer. ``name`` is what an error says."""
    try:
        return tuple(int(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise UsageError(
            say(
                "{name} {text!r}: expected whole numbers with commas between them, such as 100,50", name=name, text=text
            )
        ) from None


def _swept(pair: str) -> tuple[str, tuple[Any, ...]]:
    name, equals, text = pair.partition("=")
    name = name.replace("-", "_")
    if not equals:
        raise UsageError(say("--sweep {pair}: expected NAME=VALUE,VALUE, such as learning_rate=1e-2,1e-3", pair=pair))
    if name == "hidden":
        return name, tuple(sizes(name, part) for part in text.split("/"))
    try:
        return name, tuple(float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(say("--sweep {pair}: expected numbers with commas between them", pair=pair)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(say("config {file} cannot be read: {reason}", file=file, reason=error.strerror)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(say("config {file} is not TOML: {reason}", file=file, reason=error)) from None
