"""The score for a person to read: tables on a console, and one in Markdown for docs/figures.md."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradproof.conformance.power.floor import Floor
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.mutants import Mutant, all_mutants
from gradproof.conformance.power.score import Score, Tally, never_alone, part_of, total
from gradproof.conformance.spec.cases import DTYPES
from gradproof.conformance.spec.contracts import contract_named, stem_of

BEGIN, END = "<!-- gradproof power: begin -->", "<!-- gradproof power: end -->"


def render(score: Score, console: Console) -> None:
    """Print everything."""
    console.print(Group(*_blocks(score)), soft_wrap=True)


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


def with_table(text: str, score: Score) -> str | None:
    """A text with the table between its markers; None if it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    return before + markdown(score) + after if begin and end else None


def _markdown_row(tally: Tally, floors: Sequence[Floor]) -> str:
    killed = f"{tally.killed} of {tally.killed + tally.survived} ({tally.share:.1%})"
    caught = f"{tally.caught} of {tally.misconceptions}, {tally.named} named exactly"
    worst = [max((f.observation for f in _of_part(floors, tally.stem) if f.dtype == d), default=0.0) for d in DTYPES]
    return (
        f"| {tally.stem} | {caught} | {killed} | {_share_named(tally)} | {tally.equivalent} "
        f"| {worst[0]:.1e}, {worst[1]:.1e} |"
    )


def _share_named(tally: Tally) -> str:
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
        f"Of the mutants whose values or shapes are wrong {_share_named(every)} are named where it was asked:",
    )
    yield from (f"{each.stem} {_share_named(each)}," for each in asked[:-1])
    yield f"{asked[-1].stem} {_share_named(asked[-1])}."
    yield "What only raises is not asked: it is told by its exception and the line."


def _of_part(floors: Iterable[Floor], part: str) -> Iterator[Floor]:
    return (each for each in floors if part_of(stem_of(contract_named(each.contract))) == part)


def _blocks(score: Score) -> Iterator[RenderableType]:
    yield from (_counts(score), Text(""), _checks(score), Text(""), _floors(score.floors), Text(""))
    yield from _survivors(score)
    yield from _misjudged("misconceptions that no check sees", score.uncaught())
    yield from _misjudged("correct variants that are blamed", score.alarms())
    yield from (Text(f"the suite itself raised {each.problem}: {each.trial.name}") for each in score.problems())
    yield from (Text(complaint, style="bold red") for complaint in score.complaints)
    yield _closing(score)


def _counts(score: Score) -> Table:
    columns = (
        "stem",
        "caught",
        "named",
        "one of",
        "killed",
        "survived",
        "advisory",
        "equivalent",
        "share",
        "mutants named",
    )
    table = _table("", *columns[1:])
    for tally in (*score.tallies(), *score.parts()):
        numbers = (tally.named, tally.one_of, tally.killed, tally.survived, tally.advisory, tally.equivalent)
        share = f"{tally.share:.1%}" if tally.mutants else ""
        table.add_row(
            tally.stem, f"{tally.caught}/{tally.misconceptions}", *map(str, numbers), share, _share_named(tally)
        )
    return table


def _checks(score: Score) -> Table:
    table = _table("check", "first to see it", "only one to see it")
    for each in score.checks():
        table.add_row(each.check, str(each.first), str(each.only) if each.only else "never")
    return table


def _floors(floors: Iterable[Floor]) -> Table:
    table = _table("detection floor", "float64", "one element", "float32", "one element")
    for contract, of_contract in groupby(floors, key=lambda each: each.contract):
        by_dtype = {each.dtype: each for each in of_contract}
        found = [by_dtype[dtype] for dtype in DTYPES if dtype in by_dtype]
        table.add_row(contract, *(f"{value:.1e}" for each in found for value in (each.observation, each.element)))
    return table


def _survivors(score: Score) -> Iterator[Text]:
    mutants = {mutant.id: mutant for mutant in all_mutants()}
    for each in score.survivors():
        yield Text(f"survives: {each.trial.name}", style="bold red")
        yield from _details(each, mutants.get(each.trial.name))


def _details(outcome: Outcome, mutant: Mutant | None) -> Iterator[Text]:
    if mutant:
        yield Text(f"  {mutant.file}, line {mutant.line}: {mutant.source_line()}")
    if outcome.advisory:
        yield Text(f"  only advisory checks see it: {', '.join(outcome.advisory)}", style="yellow")


def _misjudged(what: str, outcomes: Sequence[Outcome]) -> Iterator[Text]:
    if outcomes:
        yield Text(f"{what}:", style="bold red")
        yield from (Text(f"  {each.trial.name} {', '.join(each.killers)}") for each in outcomes)


def _closing(score: Score) -> Text:
    variants = score.of("variant")
    cases = sum(each.cases for each in variants)
    words = [
        f"{len(score.of('misconception'))} misconceptions, {len(score.uncaught())} not caught",
        f"{len(score.of('mutant'))} mutants, {len(score.survivors())} survive",
        f"{cases:,} cases x correct versions, {len(score.alarms())} false alarms",
        f"oracle {score.oracle}, {score.seconds:.0f} s",
    ]
    return Text("; ".join(words), style="bold green" if score.is_clean else "bold red")


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table
