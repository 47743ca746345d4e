"""Where the answers come from: torch, live, or a fixture set, recorded. Both give the same cases, the same names."""

from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Protocol

from gradproof.conformance.errors import FixtureError, UsageError, install
from gradproof.conformance.oracle import published_values, yardstick
from gradproof.conformance.oracle.beside import named
from gradproof.conformance.oracle.computed import computed_answer
from gradproof.conformance.oracle.fixture_set import COMMITTED, FixtureSet, Stem
from gradproof.conformance.spec.cases import Case, CaseId, draw_case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.contracts import contract_named, stem_of
from gradproof.conformance.spec.conventions import DEFAULT, Dialect
from gradproof.conformance.spec.words.said import say

DEFAULT_CASES = 24
ORACLES = ("auto", "torch", "golden")


class Oracle(Protocol):
    """A source of cases and their answers."""

    @property
    def name(self) -> str:
        """``torch`` or ``golden``."""

    @property
    def seed(self) -> int:
        """The suite seed its cases are drawn with."""

    def cases(self, contract: Contract, dialect: Dialect, count: int | None) -> tuple[Case, ...]:
        """The first ``count`` drawn cases of a contract (None: as usual), smallest first, then its published ones."""

    def is_ready(self, case: Case) -> bool:
        """Whether the answer to a case is there, or nearly so."""

    def answer(self, case: Case) -> Answer:
        """The answer to a case."""


class TorchOracle:
    """Draws each case once, and answers it once with the torch reference. Threads may share it.

    Args:
        seed: what cases are drawn with.
        recorded: of a case that this set has to the bit, with the values that torch gives, its yardstick is taken: to
            measure one takes four times what the values take.
    """

    name = "torch"

    def __init__(self, seed: int = 0, recorded: "GoldenOracle | None" = None) -> None:
        self.seed = seed
        self._recorded = recorded
        self._answers: dict[str, Answer] = {}
        self._drawn: dict[tuple[str, Dialect, int], tuple[Case, ...]] = {}
        self._working = Lock()

    def cases(self, contract: Contract, dialect: Dialect = DEFAULT, count: int | None = None) -> tuple[Case, ...]:
        """See :class:`Oracle`."""
        count = DEFAULT_CASES if count is None else count
        key = (contract.name, dialect, count)
        if key not in self._drawn:  # who wants what is there waits for nobody who draws
            with self._working:
                self._drawn[key] = self._drawn.get(key) or tuple(
                    draw_case(contract, self.seed, index, dialect) for index in range(count)
                )
        return (*self._drawn[key], *published_values.cases(contract.name, dialect))

    def is_ready(self, case: Case) -> bool:
        """See :class:`Oracle`."""
        return case.id in self._answers

    def answer(self, case: Case) -> Answer:
        """See :class:`Oracle`. Raises VacuousCaseError if the case could not tell right from wrong."""
        if case.id not in self._answers:
            with self._working:
                if case.id not in self._answers:
                    self._answers[case.id] = published_values.answer(case) if case.source else self._computed(case)
        return self._answers[case.id]

    def _computed(self, case: Case) -> Answer:
        given = case.in_precision(DEFAULT.precision)
        known = self._recorded.answer_to_the_same(given) if self._recorded else None
        return yardstick.held_to(case, computed_answer(given, known))


class GoldenOracle:
    """Reads the answers of a fixture set, each stem once. Threads may share it."""

    name = "golden"

    def __init__(self, fixtures: FixtureSet) -> None:
        self._fixtures = fixtures
        self._stems: dict[str, Stem] = {}
        self._read: dict[tuple[str, str], dict[str, tuple[Case, Answer]]] = {}  # contract, tag -> by the case's id
        self._reading = Lock()

    @classmethod
    def open(cls, folder: str | None, seed: int | None) -> "GoldenOracle":
        """The oracle of a set (None: the committed one). Raises FixtureError if the set has another seed."""
        fixtures = FixtureSet.open(Path(folder) if folder else COMMITTED)
        if seed is not None and seed != fixtures.seed:
            raise FixtureError(
                say(
                    "the fixture set {folder} was made with another seed than {seed}; make one with 'gradproof "
                    "fixtures regenerate --seed {seed} --out DIR' and pass --fixtures DIR, or use --oracle torch",
                    folder=fixtures.folder,
                    seed=seed,
                )
            )
        return cls(fixtures)

    @property
    def seed(self) -> int:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        return self._fixtures.seed

    def cases(self, contract: Contract, dialect: Dialect = DEFAULT, count: int | None = None) -> tuple[Case, ...]:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`. Raises FixtureError if fewer cases were recorded."""
        given = dialect.in_precision(DEFAULT.precision)
        tag = given.restricted(contract.dialects).tag(contract.dialects)
        recorded = [case for case, _ in self._recorded(contract, tag).values()]
        drawn = [case for case in recorded if case.tag == tag and not case.source]
        if not drawn:
            raise FixtureError(
                say(
                    "the fixture set {folder} has no cases of {name} {tag}; regenerate it",
                    folder=self._fixtures.folder,
                    name=contract.name,
                    tag=tag,
                )
            )
        if count is not None and count > len(drawn):
            raise FixtureError(
                say(
                    "the fixture set has {count} cases of {name}, {asked} are asked for; use --oracle torch",
                    count=len(drawn),
                    name=contract.name,
                    asked=count,
                )
            )
        holding = {case.id for case in published_values.cases(contract.name, dialect)}
        known = (*drawn[:count], *(case for case in recorded if case.id in holding))
        return known if dialect == given else tuple(case.in_precision(dialect.precision) for case in known)

    def is_ready(self, case: Case) -> bool:  # noqa: ARG002 - it is of every one
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        return True

    def answer(self, case: Case) -> Answer:
        """See :class:`gradproof.conformance.oracle.oracle.Oracle`."""
        return yardstick.held_to(case, self._record(case.in_precision(DEFAULT.precision))[1])

    def answer_to_the_same(self, case: Case) -> Answer | None:
        """The answer to a case of that id; None unless it is the very same case, to the bit."""
        with suppress(FixtureError):
            recorded, answer = self._record(case)
            return answer if _is_same(recorded, case) else None
        return None

    def _record(self, case: Case) -> tuple[Case, Answer]:
        try:
            return self._recorded(contract_named(case.contract), case.tag)[case.id]
        except KeyError:
            raise FixtureError(
                say("the fixture set has no case {id}; use --oracle torch, or regenerate the set", id=case.id)
            ) from None

    def _recorded(self, contract: Contract, tag: str) -> dict[str, tuple[Case, Answer]]:
        """What was drawn for a contract under the conventions of that tag, and everything that is published."""
        stem = stem_of(contract)
        with self._reading:
            if stem not in self._stems:
                self._stems[stem] = self._fixtures.stem(stem)
            if (contract.name, tag) not in self._read:
                records = self._stems[stem].records(
                    lambda fields: fields["contract"] == contract.name and (fields["tag"] == tag or fields["source"])
                )
                self._read[contract.name, tag] = {case.id: (case, answer) for case, answer in records}
            return self._read[contract.name, tag]


def pick(name: str, seed: int | None, fixtures: str | None) -> Oracle:
    """The oracle of that name; ``auto`` is torch if it is installed, else golden.

    Raises:
        UsageError: torch is asked for and not installed, or the fixture set has another seed than the one asked for.
    """
    if name not in ORACLES:
        raise UsageError(
            say("no oracle is called {name!r}, expected one of {names}", name=name, names=", ".join(ORACLES))
        )
    name = named(name, fixtures)
    if name == "torch":
        if find_spec("torch") is None:
            raise UsageError(
                say(
                    "--oracle torch: torch is not installed ({command}); or use --oracle golden",
                    command=install("reference"),
                )
            )
        return TorchOracle(seed or 0, _committed(seed or 0))
    return GoldenOracle.open(fixtures, seed)


def _committed(seed: int) -> GoldenOracle | None:
    """The committed set, if it is of that seed."""
    with suppress(FixtureError):
        return GoldenOracle.open(None, seed)
    return None


def _is_same(one: Case, other: Case) -> bool:
    if replace(one, inputs={}) != replace(other, inputs={}) or one.inputs.keys() != other.inputs.keys():
        return False
    pairs = ((array, other.inputs[name]) for name, array in one.inputs.items())
    return all(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


def find_case(oracle: Oracle, contract: Contract, wanted: CaseId) -> Case:
    """The case of that id; a published one is of every set. Raises UsageError if the oracle does not have it."""
    published = published_values.cases(contract.name)
    if any((case.seed, case.index) == (wanted.seed, wanted.index) for case in published):
        return next(case for case in published if case.index == wanted.index)
    if wanted.seed != oracle.seed:
        raise UsageError(
            say(
                "the case is of seed {seed}, the {oracle} oracle has seed {other}; use --oracle torch",
                seed=wanted.seed,
                oracle=oracle.name,
                other=oracle.seed,
            )
        )
    if oracle.name == "torch":
        return draw_case(contract, wanted.seed, wanted.index, wanted.dialect)
    for case in oracle.cases(contract, wanted.dialect, None):
        if case.index == wanted.index:
            return case
    raise UsageError(
        say(
            "the {oracle} oracle has no case {contract}/{seed}/{index}; use --oracle torch",
            oracle=oracle.name,
            contract=contract.name,
            seed=wanted.seed,
            index=wanted.index,
        )
    )
