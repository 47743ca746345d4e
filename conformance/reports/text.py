"""The run as a table and one block for each complaint, for a person to read."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.checks.table import check_named
from gradproof.conformance.reports.wording import one_line, unjudged

COLOURS = {
    Status.PASSED: "green",
    Status.FAILED: "bold red",
    Status.ERRORED: "bold red",
    Status.TIMED_OUT: "bold red",
    Status.SKIPPED: "dim",
    Status.INCONCLUSIVE: "yellow",
    Status.BROKEN: "bold yellow",
}
MOST_OF_A_FAULT = 500  # characters


def render(run: Run, console: Console) -> None:
    """Print the run: overview, complaints, notes, summary."""
    console.print(Group(*_parts(run)), soft_wrap=True)


def failure_text(result: Result) -> str:
    """One complaint as plain text: a title and its details, none of them wrapped, so that commands can be copied."""
    return "\n".join([_title(result), *_detail_lines(result)])


def faults(run: Run) -> Iterator[str]:
    """For the maintainer of gradproof: what could not be judged, why, and the versions. One fault has one line."""
    broken = [result for result in run.results if result.status == Status.BROKEN]
    reasons = dict.fromkeys((result.contract, result.message) for result in broken)
    versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
    for contract, message in reasons:
        same = [result for result in broken if (result.contract, result.message) == (contract, message)]
        case = next((finding.case for finding in same[0].findings if finding.case), "")
        where = f" in {case}" if case else ""
        checks = ", ".join(result.check for result in same)
        yield one_line(f"{contract} could not be judged ({checks}): {message}{where}; {versions}", MOST_OF_A_FAULT)


def _parts(run: Run) -> Iterator[RenderableType]:
    seconds = run.summary.seconds
    yield Text(f"{run.subject}: {run.cases} cases, oracle {run.oracle}, seed {run.seed}, {seconds:.1f} s")
    yield Text("")
    yield _overview(run)
    for result in run.results:
        if result.status.is_bad or result.status in (Status.INCONCLUSIVE, Status.BROKEN):
            yield Text("")
            yield _block(result)
    if run.notes:
        yield Text("")
        yield from (Text(f"note: {note}", style="yellow") for note in dict.fromkeys(run.notes))
    yield Text("")
    yield _closing(run)


def _overview(run: Run) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("contract", no_wrap=True)
    table.add_column("passed", justify="right")
    table.add_column("otherwise", overflow="fold")
    for contract in dict.fromkeys(result.contract for result in run.results):
        results = [result for result in run.results if result.contract == contract]
        passed = sum(result.status == Status.PASSED for result in results)
        others = Text(", ").join(_short(result) for result in results if result.status != Status.PASSED)
        table.add_row(escape(contract), f"{passed} of {len(results)}", others)
    return table


def _short(result: Result) -> Text:
    advisory = "" if result.required else " (advisory)"
    return Text(f"{result.check} {result.status.words}{advisory}", style=_colour(result))


def _block(result: Result) -> Text:
    return Text("\n").join([Text(_title(result), style=_colour(result)), *map(Text, _detail_lines(result))])


def _title(result: Result) -> str:
    advisory = "" if result.required else " (advisory: it does not count)"
    return f"{result.contract}: {result.check} {result.status.words}{advisory}"


def _detail_lines(result: Result) -> Iterator[str]:
    check = check_named(result.check)
    return (f"  {label:<10} {value}" for label, value in _details(result, check.sentence if check else ""))


def _details(result: Result, sentence: str) -> Iterator[tuple[str, str]]:
    yield "must hold", sentence
    yield "found", result.message
    evidence = result.evidence
    if evidence:
        yield "smallest", f"{evidence.case}: {evidence.setting}"
        if evidence.element:
            yield "at", evidence.element
            yield "expected", evidence.expected
            yield "got", evidence.got
            yield "error", evidence.error
    if result.diagnosis:
        yield "diagnosis", result.diagnosis
    if result.hint:
        yield "hint", result.hint
    if result.replay:
        yield "replay", result.replay


def _closing(run: Run) -> Text:
    summary = run.summary
    counts = [
        f"{count} {word}"
        for word, count in (
            ("failed", summary.failed),
            ("errored", summary.errored),
            ("timed out", summary.timed_out),
            ("skipped", summary.skipped),
            ("inconclusive", summary.inconclusive),
            ("broken", summary.broken),
        )
        if count
    ]
    advisory = f"; {summary.advisory} advisory" if summary.advisory else ""
    points = f"; {summary.score:g} of {summary.max_score:g} points" if summary.max_score else ""
    points += f"; {unjudged(summary.unjudged)}" if summary.unjudged else ""
    style = "bold green" if summary.is_clean else "bold red"
    return Text(", ".join([f"{summary.passed} checks passed", *counts]) + advisory + points, style=style)


def _colour(result: Result) -> str:
    return "yellow" if result.status.is_bad and not result.required else COLOURS[result.status]
