"""The score as a table in Markdown, for docs/figures.md, which is English."""

from collections.abc import Iterable, Iterator, Sequence

from gradproof.conformance.power.floor import Floor
from gradproof.conformance.power.score import Score, Tally, never_alone, part_of, total
from gradproof.conformance.spec.cases import DTYPES
from gradproof.conformance.spec.contracts import contract_named, stem_of

BEGIN, END = "<!-- gradproof power: begin -->", "<!-- gradproof power: end -->"


def markdown(score: Score) -> str:
    """The table of docs/figures.md, from one marker to the other."""
    variants = score.of("variant")
    cases, alarms = sum(each.cases for each in variants), len(score.alarms())
    hands = len({each.trial.name for each in variants})
    rows = [_markdown_row(tally, score.floors) for tally in score.parts()]
    return "\n".join(
        [
            BEGIN,
            "| `gradproof power` | misconceptions caught | source mutants killed | of these named | proven equivalent "
            "| detection floor float64, float32 |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Correct code in {hands} hands: {alarms or 'no'} false alarms in {cases:,} cases x versions. Checks that",
            f"are never the only one to see a fault: {', '.join(never_alone(score.checks())) or 'none'}. The detection",
            "floor is the relative error in one observation that a run misses with probability 0.001, in the worst",
            "contract.",
            *of_names(score),
            END,
        ]
    )


def has_markers(text: str) -> bool:
    """Whether a table can be written into a text."""
    return END in text.partition(BEGIN)[2]


def with_table(text: str, score: Score) -> str:
    """A text with the table between its markers, which it has."""
    before, _, rest = text.partition(BEGIN)
    return before + markdown(score) + rest.partition(END)[2]


def _markdown_row(tally: Tally, floors: Sequence[Floor]) -> str:
    killed = f"{tally.killed} of {tally.killed + tally.survived} ({tally.share:.1%})"
    caught = f"{tally.caught} of {tally.misconceptions}, {tally.named} named exactly"
    worst = [max((f.observation for f in _of_part(floors, tally.stem) if f.dtype == d), default=0.0) for d in DTYPES]
    return (
        f"| {tally.stem} | {caught} | {killed} | {share_named(tally)} | {tally.equivalent} "
        f"| {worst[0]:.1e}, {worst[1]:.1e} |"
    )


def share_named(tally: Tally) -> str:
    """How many of the mutants that are killed are named, where it was asked."""
    return f"{tally.named_mutants} of {tally.asked} ({tally.named_mutants / tally.asked:.0%})" if tally.asked else "-"


def of_names(score: Score) -> Iterator[str]:
    """Of which stems it was asked whether mutants are named, and the share of each."""
    asked = [each for each in score.tallies() if each.asked]
    if not asked:
        return
    every = total("all", asked)
    yield from (
        "",
        f"Of the mutants whose values or shapes are wrong {share_named(every)} are named where it was asked:",
    )
    yield from (f"{each.stem} {share_named(each)}," for each in asked[:-1])
    yield f"{asked[-1].stem} {share_named(asked[-1])}."
    yield "What only raises is not asked: it is told by its exception and the line."


def _of_part(floors: Iterable[Floor], part: str) -> Iterator[Floor]:
    return (each for each in floors if part_of(stem_of(contract_named(each.contract))) == part)
