"""From a seed to a case: shapes, dtypes, memory layouts and values.

A case is a pure function of (suite seed, contract, index, dialect). Each draws from its own counter-based generator
keyed by a hash, so no case depends on which others were drawn before it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.conventions import DEFAULT, Dialect, parse_tag
from gradproof.conformance.spec.words.said import SENTENCES, joined, say

Array = npt.NDArray[Any]
Scalar = str | int | float | bool
Options = Mapping[str, Scalar | Mapping[str, Scalar]]

DTYPES = ("float64", "float32")
LAYOUTS = ("C", "F", "strided", "reversed")
LOCKED = "locked"  # no array of it may be written to; no case is drawn so
LAID_OUT = {
    "F": "{shapes}; {dtype}, F memory layout",
    "strided": "{shapes}; {dtype}, strided memory layout",
    "reversed": "{shapes}; {dtype}, reversed memory layout",
    LOCKED: "{shapes}; {dtype}, locked memory layout",
}
MESSAGES = tuple(LAID_OUT.values())
LENGTHS = (1, 2, 3, 4, 5, 7, 8, 9, 11, 13)
KINK_DISTANCE = 1e-3
DRAW_ATTEMPTS = 1000
PERIOD = 24  # cases, after which the places of a scenario come again


class Drawn(NamedTuple):
    """What a contract draws: named inputs in float64 (labels as integers) and the options of the call."""

    inputs: dict[str, Array]
    options: Options = MappingProxyType({})


Draw = Callable[[np.random.Generator, int, Dialect], Drawn]


@dataclass(frozen=True)
class Scenario:
    """One way of drawing a contract's cases."""

    name: str
    draw: Draw
    share: int = 1  # cases of this scenario in each round of the schedule
    check: str | None = None  # the one check that judges all its observations, instead of the contract's own table
    smooth: bool = True  # differentiable at every point drawn, so finite differences apply
    repeatable: bool = True  # the subject may not differ between two runs
    hint: str = ""  # what is hard about these cases, for whoever fails them
    hints_at_overflow: bool = False  # the hint explains values that are not finite, and no others
    further: tuple[Draw, ...] = ()  # ways of drawing that take turns with the first
    places: tuple[int, ...] = ()  # among every PERIOD cases, the ones that are this scenario's, instead of taking turns
    may_refuse: bool = False  # no text promises an answer there: raising is fine, a wrong answer is not
    at_once: bool = False  # ... but not after a first answer: a forward that takes it has a backward that does
    judged: tuple[str, ...] = ()  # the only observations that are judged there, where not all are


@dataclass(frozen=True)
class Case:
    """One input for one contract, the same for every submission."""

    contract: str
    seed: int
    index: int
    scenario: str
    dtype: str
    layout: str
    inputs: Mapping[str, Array]
    options: Options
    dialect: Dialect = DEFAULT
    tag: str = ""
    source: str = field(default="", compare=False)  # where a published case comes from
    kept: dict[object, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # made of it once

    @property
    def id(self) -> str:
        """``contract/seed/index`` and, under another dialect, ``/convention=value``: enough to draw it again alone."""
        return "/".join(filter(None, (self.contract, str(self.seed), str(self.index), self.tag)))

    @property
    def judged_in(self) -> str:
        """The dtype that its values are judged in."""
        return "float32" if self.dialect.is_single else self.dtype

    def in_precision(self, precision: str) -> "Case":
        """The same case where all contracts have that precision."""
        if self.dialect.precision == precision:
            return self
        dialect = self.dialect.in_precision(precision)
        others = self.tag.removesuffix(self.dialect.tag(())).removesuffix(",")
        return replace(self, dialect=dialect, tag=",".join(filter(None, (others, dialect.tag(())))))

    def __getitem__(self, name: str) -> Array:
        return self.inputs[name]

    def scalar_options(self) -> dict[str, Scalar]:
        """All options of the call, those in parameter dictionaries included, side by side.

        A name that a dictionary before has as well is told by its own: ``stride`` and ``pool_param.stride``.
        """
        flat: dict[str, Scalar] = {}
        for name, value in self.options.items():
            for key, each in value.items() if isinstance(value, Mapping) else ((name, value),):
                flat[f"{name}.{key}" if key in flat else key] = each
        return flat

    def namespace(self) -> dict[str, object]:
        """The inputs by name, and the options: parameter dictionaries are fresh copies that the callee may write to."""
        copies = {name: dict(value) if isinstance(value, Mapping) else value for name, value in self.options.items()}
        return {**{name: array if array.ndim else number(array) for name, array in self.inputs.items()}, **copies}

    def with_inputs(self, inputs: Mapping[str, Array]) -> "Case":
        """The same case at other inputs, in a twentieth of the time of ``replace``: finite differences ask often."""
        other = object.__new__(Case)
        vars(other).update(vars(self), inputs=inputs, kept={})
        return other

    def describe(self) -> str:
        """Shapes, dtype, layout and options in one line."""
        sizes = {name: str(a.shape).replace(" ", "") if a.ndim else "scalar" for name, a in self.inputs.items()}
        shapes = ", ".join(f"{name} {size}" for name, size in sizes.items())
        options = ", ".join(f"{name}={value}" for name, value in self.scalar_options().items())
        plain, layout = f"{shapes}; {self.dtype}", LAID_OUT.get(self.layout)
        return joined(SENTENCES, (say(layout, shapes=shapes, dtype=self.dtype) if layout else plain, options))


class Scheduled(Protocol):
    """The part of a contract that drawing needs."""

    @property
    def name(self) -> str:
        """See Contract."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """See Contract."""

    @property
    def dialects(self) -> tuple[str, ...]:
        """See Contract."""


def generator(*key: object) -> np.random.Generator:
    """A counter-based generator whose stream is a function of ``key`` alone."""
    digest = hashlib.sha256("\x1f".join(map(str, key)).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))


def draw_case(contract: Scheduled, seed: int, index: int, dialect: Dialect = DEFAULT) -> Case:
    """The case at ``index``. Scenarios take turns by their shares; sizes grow, dtypes and layouts alternate."""
    scenario, nth = _turn_of(contract.scenarios, index)
    dtype = DTYPES[(sum(divmod(index, PERIOD)) if scenario.places else nth) % len(DTYPES)]
    draw = (scenario.draw, *scenario.further)[nth % (1 + len(scenario.further))]
    layout = LAYOUTS[(index + index // len(LAYOUTS)) % len(LAYOUTS)]
    own_dialect = dialect.restricted(contract.dialects)
    inputs, options = draw(generator(seed, contract.name, index), 2 + index // 2 % 12, own_dialect)
    return Case(
        contract=contract.name,
        seed=seed,
        index=index,
        scenario=scenario.name,
        dtype=dtype,
        layout=layout,
        inputs={
            name: lay_out(array.astype(dtype) if array.dtype.kind == "f" else array, layout)
            for name, array in inputs.items()
        },
        options=dict(options),
        dialect=own_dialect,
        tag=own_dialect.tag(contract.dialects),
    )


def drawn_in_turn_before(scenarios: Sequence[Scenario], index: int) -> int:
    """How many of the cases before ``index`` are those of scenarios that take turns."""
    period, place = divmod(index, PERIOD)
    places = [at for scenario in scenarios for at in scenario.places]
    return index - period * len(places) - sum(at < place for at in places)


def _turn_of(scenarios: Sequence[Scenario], index: int) -> tuple[Scenario, int]:
    """The scenario whose case ``index`` is, and how many cases it had before."""
    period, place = divmod(index, PERIOD)
    for scenario in scenarios:
        if place in scenario.places:
            return scenario, period * len(scenario.places) + scenario.places.index(place)
    schedule = [(scenario, turn) for scenario in scenarios if not scenario.places for turn in range(scenario.share)]
    round_number, position = divmod(drawn_in_turn_before(scenarios, index), len(schedule))
    scenario, turn = schedule[position]
    return scenario, round_number * scenario.share + turn


def drawn_scenarios(contract: Scheduled, count: int | None) -> tuple[Scenario, ...]:
    """The scenarios of the first ``count`` cases of a contract (None: all of them)."""
    if count is None:
        return contract.scenarios
    return tuple(dict.fromkeys(_turn_of(contract.scenarios, index)[0] for index in range(count)))


@dataclass(frozen=True)
class CaseId:
    """A case id taken apart."""

    contract: str
    seed: int
    index: int
    dialect: Dialect


def parse_case_id(text: str) -> CaseId:
    """Take ``contract/seed/index[/convention=value,...]`` apart. Raises UsageError if it is not of that form."""
    match = re.fullmatch(r"([a-z0-9_]+)/(\d+)/(\d+)(?:/([a-z0-9_=,]+))?", text)
    if match is None:
        raise UsageError(
            say(
                "{text!r} is not a case id, expected CONTRACT/SEED/INDEX such as affine/0/3, as a report prints it",
                text=text,
            )
        )
    contract, seed, index, tag = match.groups()
    return CaseId(contract, int(seed), int(index), parse_tag(tag or ""))


def blinded(seed: int) -> int:
    """What the generators of the submission's process are seeded with: it repeats and does not tell the suite's own."""
    return int.from_bytes(hashlib.sha256(f"call/{seed}".encode()).digest()[:4], "big") >> 1


def number(array: Array) -> object:
    """What an array without an axis holds: an int, or a float of its dtype."""
    return array[()] if array.dtype.kind == "f" else array.item()


def lay_out(array: Array, layout: str) -> Array:
    """A copy in another memory layout: Fortran order, every second element, a negative stride, or locked."""
    if array.ndim == 0 or layout in ("C", "F", LOCKED):
        copied = np.array(array, order="F" if layout == "F" else "C")
        copied.flags.writeable = layout != LOCKED
        return copied
    if layout == "strided":
        buffer = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        view = buffer[..., ::2]
    elif layout == "reversed":
        view = np.zeros_like(array, order="C")[::-1]
    else:
        raise ValueError(f"lay_out: unknown layout {layout!r}, expected one of {', '.join(LAYOUTS)}")
    view[...] = array
    return view


def length(rng: np.random.Generator, limit: int, least: int = 1) -> int:
    """A dimension from ``least`` up to about ``limit``; mostly primes, so that two dimensions seldom agree."""
    pool = [n for n in LENGTHS if least <= n <= max(limit, least + 1)]
    return int(rng.choice(pool))


def normal(rng: np.random.Generator, *shape: int) -> Array:
    """Standard normal values."""
    return rng.standard_normal(shape)


def spread(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Values with both signs, none near 0 and the first one positive: clear of the kink of a rectifier."""
    values = rng.uniform(0.05, 3.0, shape) * rng.choice([-1.0, 1.0], shape)
    values.reshape(-1)[0] = abs(values.reshape(-1)[0])
    return np.asarray(values)


def until(propose: Callable[[], Drawn], accept: Callable[[Drawn], bool]) -> Drawn:
    """The first proposal that is accepted. Raises RuntimeError if none is, which is a bug of the contract's draw."""
    for _ in range(DRAW_ATTEMPTS):
        drawn = propose()
        if accept(drawn):
            return drawn
    raise RuntimeError(f"no acceptable case in {DRAW_ATTEMPTS} draws")


def is_clear_of_kinks(preactivation: Array) -> bool:
    """Whether no element is near 0 and some are positive: a rectifier's slope is certain, and not 0 throughout."""
    return bool(np.abs(preactivation).min() > KINK_DISTANCE and (preactivation > 0).any())


def choose(rng: np.random.Generator, values: Sequence[Any]) -> Any:
    """One of ``values``, as it is."""
    return values[int(rng.integers(len(values)))]
