"""What the suite catches and misses, for a person to read: the score of ``gradproof power`` as tables on a console."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gradproof.conformance.power.floor import Floor
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.mutants import Mutant, all_mutants
from gradproof.conformance.power.render import share_named
from gradproof.conformance.power.score import Score
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.spec.cases import DTYPES

COUNTS = (
    *("stem", "caught", "named", "one of", "killed", "survived", "advisory", "equivalent", "share"),
    "mutants named",
)
CHECKS = ("check", "first to see it", "only one to see it")
FLOORS = ("detection floor", "float64", "one element", "float32", "one element")
UNSEEN, BLAMED = "misconceptions that no check sees:", "correct variants that are blamed:"
MESSAGES = (*COUNTS, *CHECKS, *FLOORS, UNSEEN, BLAMED)


def render(score: Score, console: Console) -> None:
    """Print everything."""
    console.print(Group(*_blocks(score)), soft_wrap=True)


def _blocks(score: Score) -> Iterator[RenderableType]:
    yield from (_counts(score), Text(""), _checks(score), Text(""), _floors(score.floors), Text(""))
    yield from _survivors(score)
    yield from _misjudged(UNSEEN, score.uncaught())
    yield from _misjudged(BLAMED, score.alarms())
    raised = ((each.problem, each.trial.name) for each in score.problems())
    yield from (Text(t("the suite itself raised {problem}: {name}", problem=what, name=name)) for what, name in raised)
    yield from (Text(tell(complaint), style="bold red") for complaint in score.complaints)
    yield _closing(score)


def _counts(score: Score) -> Table:
    table = _table("", *COUNTS[1:])
    for tally in (*score.tallies(), *score.parts()):
        numbers = (tally.named, tally.one_of, tally.killed, tally.survived, tally.advisory, tally.equivalent)
        share = f"{tally.share:.1%}" if tally.mutants else ""
        table.add_row(
            tally.stem, f"{tally.caught}/{tally.misconceptions}", *map(str, numbers), share, share_named(tally)
        )
    return table


def _checks(score: Score) -> Table:
    table = _table(*CHECKS)
    for each in score.checks():
        table.add_row(each.check, str(each.first), str(each.only) if each.only else t("never"))
    return table


def _floors(floors: Iterable[Floor]) -> Table:
    table = _table(*FLOORS)
    for contract, of_contract in groupby(floors, key=lambda each: each.contract):
        by_dtype = {each.dtype: each for each in of_contract}
        found = [by_dtype[dtype] for dtype in DTYPES if dtype in by_dtype]
        table.add_row(contract, *(f"{value:.1e}" for each in found for value in (each.observation, each.element)))
    return table


def _survivors(score: Score) -> Iterator[Text]:
    mutants = {mutant.id: mutant for mutant in all_mutants()}
    for each in score.survivors():
        yield Text(t("survives: {name}", name=each.trial.name), style="bold red")
        yield from _details(each, mutants.get(each.trial.name))


def _details(outcome: Outcome, mutant: Mutant | None) -> Iterator[Text]:
    if mutant:
        place = t("{file}, line {line}: {source}", file=mutant.file, line=mutant.line, source=mutant.source_line())
        yield Text(f"  {place}")
    if outcome.advisory:
        seen = t("only advisory checks see it: {checks}", checks=", ".join(outcome.advisory))
        yield Text(f"  {seen}", style="yellow")


def _misjudged(what: str, outcomes: Sequence[Outcome]) -> Iterator[Text]:
    if outcomes:
        yield Text(t(what), style="bold red")
        yield from (Text(f"  {each.trial.name} {', '.join(each.killers)}") for each in outcomes)


def _closing(score: Score) -> Text:
    variants = score.of("variant")
    cases = sum(each.cases for each in variants)
    closing = t(
        "{misconceptions} misconceptions, {uncaught} not caught; {mutants} mutants, {survive} survive; {cases:,} cases "
        "x correct versions, {alarms} false alarms; oracle {oracle}, {seconds:.0f} s",
        misconceptions=len(score.of("misconception")),
        uncaught=len(score.uncaught()),
        mutants=len(score.of("mutant")),
        survive=len(score.survivors()),
        cases=cases,
        alarms=len(score.alarms()),
        oracle=score.oracle,
        seconds=score.seconds,
    )
    return Text(closing, style="bold green" if score.is_clean else "bold red")


def _table(first: str, *columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(t(first), no_wrap=True)
    for column in columns:
        table.add_column(t(column), justify="right")
    return table
