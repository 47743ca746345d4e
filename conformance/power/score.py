"""What a whole run of trials says: killed, survived and equivalent, by stem and by check."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.power.floor import Floor
from gradproof.conformance.power.judging import TIME_LIMIT, Outcome
from gradproof.conformance.power.submissions import Trial
from gradproof.conformance.spec.contracts import contract_named, stem_of

LAYERS = "layers"  # and losses: every stem that has no other part
PARTS = {
    "convolutions": (
        *("blocks_convolution", "convolution", "convolution_others", "dropout_channels", "normalization_spatial"),
        *("pooling", "pooling_global", "windows"),
    ),
    "sequences": (
        *("attention", "ctc", "embedding", "feed_forward", "gru", "positions", "recurrent", "recurrent_attention"),
        *("recurrent_both_ways", "transformer_blocks"),
    ),
    "networks": ("captioning", "char_rnn", "networks", "transformer_lm"),
    "optimizers": ("optim", "optim_adaptive", "optim_gradients", "schedules"),
    "trainings": ("solver",),
}
PART_OF = {stem: part for part, stems in PARTS.items() for stem in stems}


SCHEMA = "gradproof-power/1"


@dataclass(frozen=True)
class Tally:
    """Counts of one stem.

    Args:
        caught, named, one_of, misconceptions: of the misconceptions, how many are caught, named and nothing else
            named, named beside others, and there.
        killed, survived, equivalent, advisory: of the mutants; ``advisory`` are survivors that an advisory check sees.
        named_mutants, asked: how many of the killed mutants are given a name, and for how many that was asked.
    """

    stem: str
    caught: int = 0
    named: int = 0
    one_of: int = 0
    misconceptions: int = 0
    killed: int = 0
    survived: int = 0
    equivalent: int = 0
    advisory: int = 0
    named_mutants: int = 0
    asked: int = 0

    @property
    def mutants(self) -> int:
        """All of them."""
        return self.killed + self.survived + self.equivalent

    @property
    def share(self) -> float:
        """How many of the mutants that are not equivalent are killed; 1 if there is none."""
        return self.killed / (self.killed + self.survived) if self.killed + self.survived else 1.0


@dataclass(frozen=True)
class CheckTally:
    """How often a check was the first to kill a misconception or mutant, and the only one."""

    check: str
    first: int
    only: int


@dataclass(frozen=True)
class Score:
    """A run of ``gradproof power``.

    Args:
        oracle: where the answers came from.
        outcomes, equivalent, floors, complaints: what was found.
        seconds: how long the whole run took.
        remeasured: the contracts whose part was measured again since, see ``record.merged``.
    """

    oracle: str
    outcomes: tuple[Outcome, ...]
    equivalent: Mapping[str, str]
    floors: tuple[Floor, ...]
    complaints: tuple[str, ...] = ()
    seconds: float = 0.0
    remeasured: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Outcome, ...]:
        """The outcomes of the misconceptions, mutants or variants."""
        return tuple(each for each in self.outcomes if each.trial.kind == kind)

    def tallies(self) -> tuple[Tally, ...]:
        """By stem, in alphabetical order."""
        of_stem: dict[str, list[Outcome]] = {}
        for each in (*self.of("misconception"), *self.of("mutant")):
            of_stem.setdefault(stem_judged(each.trial), []).append(each)
        return tuple(self._tally(stem, of_stem[stem]) for stem in sorted(of_stem))

    def parts(self) -> tuple[Tally, ...]:
        """The same for layers, convolutions, sequences, networks, optimizers and trainings: each stem in one."""
        tallies = self.tallies()
        return tuple(total(part, [each for each in tallies if part_of(each.stem) == part]) for part in (LAYERS, *PARTS))

    def checks(self) -> tuple[CheckTally, ...]:
        """By check, over misconceptions and mutants; one that several contracts make counts once."""
        wrong = [each for each in self.outcomes if each.is_killed and each.trial.kind != "variant"]
        seen = [tuple(dict.fromkeys(name.partition(".")[2] for name in each.killers)) for each in wrong]
        first, only = Counter(names[0] for names in seen), Counter(names[0] for names in seen if len(names) == 1)
        order = [*(check.name for check in CHECKS if check.required), TIME_LIMIT]
        return tuple(CheckTally(name, first[name], only[name]) for name in order)

    def survivors(self) -> tuple[Outcome, ...]:
        """The mutants that no required check sees and that are not proven equivalent."""
        return tuple(each for each in self.of("mutant") if self._survives(each))

    def uncaught(self) -> tuple[Outcome, ...]:
        """The misconceptions that no check sees."""
        return tuple(each for each in self.of("misconception") if not (each.killers or each.advisory))

    def alarms(self) -> tuple[Outcome, ...]:
        """The correct variants that a required check blames."""
        return tuple(each for each in self.of("variant") if each.is_killed)

    def problems(self) -> tuple[Outcome, ...]:
        """What the suite itself could not judge."""
        return tuple(each for each in self.outcomes if each.problem)

    @property
    def is_clean(self) -> bool:
        """Whether all is caught, nothing is blamed wrongly, and the list of equivalents is right."""
        return not (self.survivors() or self.uncaught() or self.alarms() or self.problems() or self.complaints)

    def plain(self) -> dict[str, Any]:
        """For JSON: all that :func:`from_plain` needs, and what was counted."""
        return {
            "schema": SCHEMA,
            "oracle": self.oracle,
            "seconds": round(self.seconds, 1),
            **({"remeasured": list(self.remeasured)} if self.remeasured else {}),
            "counts": [{**asdict(each), "share": each.share} for each in (*self.tallies(), *self.parts())],
            "checks": [asdict(each) for each in self.checks()],
            "survivors": [each.trial.name for each in self.survivors()],
            "uncaught": [each.trial.name for each in self.uncaught()],
            "alarms": [each.plain() for each in self.alarms()],
            "problems": [each.trial.name for each in self.problems()],
            "complaints": list(self.complaints),
            "equivalent": dict(self.equivalent),
            "floors": [asdict(each) for each in self.floors],
            "outcomes": [each.plain() for each in self.outcomes],
        }

    def _survives(self, mutant: Outcome) -> bool:
        return not mutant.is_killed and mutant.trial.name not in self.equivalent

    def _tally(self, stem: str, outcomes: list[Outcome]) -> Tally:
        caught = [each for each in outcomes if each.trial.kind == "misconception"]
        mutants = [each for each in outcomes if each.trial.kind == "mutant"]
        survivors = [each for each in mutants if self._survives(each)]
        killed = sum(each.is_killed for each in mutants)
        return Tally(
            stem,
            caught=sum(bool(each.killers or each.advisory) for each in caught),
            named=sum(each.diagnoses == (each.trial.name,) for each in caught),
            one_of=sum(each.trial.name in each.diagnoses and len(each.diagnoses) > 1 for each in caught),
            misconceptions=len(caught),
            killed=killed,
            survived=len(survivors),
            equivalent=len(mutants) - killed - len(survivors),
            advisory=sum(bool(each.advisory) for each in survivors),
            named_mutants=sum(each.named is True for each in mutants),
            asked=sum(each.named is not None for each in mutants),
        )


def part_of(stem: str) -> str:
    """The part that a stem is counted in."""
    return PART_OF.get(stem, LAYERS)


def total(name: str, tallies: Iterable[Tally]) -> Tally:
    """The sums over some stems."""
    counts: Counter[str] = Counter()
    for each in tallies:
        counts.update({key: value for key, value in asdict(each).items() if key != "stem"})
    return Tally(name, **counts)


def stem_judged(trial: Trial) -> str:
    """The stem that a trial counts for: of the module that is mutated, of the first contract that is wrong."""
    if trial.kind == "mutant":
        return trial.name.partition(":")[0].partition("/")[0].removesuffix(".py")
    return stem_of(contract_named(trial.contracts[0]))


def never_alone(checks: Iterable[CheckTally]) -> Iterator[str]:
    """The checks that are never the only ones to see something."""
    return (each.check for each in checks if not each.only)


def from_plain(plain: Mapping[str, Any]) -> Score:
    """The score that :meth:`Score.plain` wrote."""
    return Score(
        oracle=plain["oracle"],
        outcomes=tuple(_outcome(each) for each in plain["outcomes"]),
        equivalent=plain["equivalent"],
        floors=tuple(Floor(**each) for each in plain["floors"]),
        complaints=tuple(plain["complaints"]),
        seconds=plain["seconds"],
        remeasured=tuple(plain.get("remeasured", ())),
    )


def _outcome(plain: Mapping[str, Any]) -> Outcome:
    trial = plain["trial"]
    return Outcome(
        Trial(trial["kind"], trial["name"], tuple(trial["contracts"])),
        tuple(plain["killers"]),
        tuple(plain["advisory"]),
        tuple(plain["diagnoses"]),
        plain["cases"],
        plain["problem"],
        plain.get("named"),
    )
