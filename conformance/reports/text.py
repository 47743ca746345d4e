"""The run as a table and one block for each complaint, for a person to read."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gradproof.conformance.checks.results import Result, Run, Status
from gradproof.conformance.checks.table import check_named
from gradproof.conformance.engine.charges import Cost, costs
from gradproof.conformance.engine.places import NOWHERE, Places, place_of
from gradproof.conformance.reports.languages.speaking import listed, t, tell
from gradproof.conformance.reports.overview import outline
from gradproof.conformance.reports.wording import (
    ABOUT,
    counted,
    ended,
    of_points,
    one_line,
    out_of,
    padded,
    standing,
    unjudged,
)
from gradproof.conformance.spec.words.said import NAMES, SENTENCES, say

COLOURS = {
    Status.PASSED: "green",
    Status.FAILED: "bold red",
    Status.ERRORED: "bold red",
    Status.TIMED_OUT: "bold red",
    Status.SKIPPED: "dim",
    Status.INCONCLUSIVE: "yellow",
    Status.BROKEN: "bold yellow",
}
TITLE, TITLE_OF_ADVICE = "{contract}: {check} {status}", "{contract}: {check} {status} (advisory: it does not count)"
LOST = "{points:.3g} points lost to {mistake}: {places}"
LABELS = (
    "must hold",
    "found",
    "smallest",
    "at",
    "expected",
    "got",
    "error",
    "yardstick",
    "diagnosis",
    "hint",
    "replay",
)
MESSAGES = (TITLE, TITLE_OF_ADVICE, LOST, *LABELS, "where")
TOLD_IN_THE_END = (
    *(Status.FAILED, Status.ERRORED, Status.TIMED_OUT, Status.SKIPPED, Status.INCONCLUSIVE),
    Status.BROKEN,
)
MOST_OF_A_FAULT = 500  # characters


def render(run: Run, console: Console, is_verbose: bool = False, places: Places = NOWHERE) -> None:
    """Print the run: overview, complaints, notes, summary; in units of the yardstick too, if it is to be long.

    ``places`` are those of the submission's functions.
    """
    console.print(Group(*_parts(run, is_verbose, places)), soft_wrap=True)


def failure_text(result: Result, is_verbose: bool = False) -> str:
    """One complaint as plain text: a title and its details, none of them wrapped, so that commands can be copied."""
    return "\n".join([_title(result), *_detail_lines(result, is_verbose)])


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


def _parts(run: Run, is_verbose: bool, places: Places) -> Iterator[RenderableType]:
    seconds = run.summary.seconds
    facts = {"subject": run.subject, "cases": run.cases, "oracle": run.oracle, "seed": run.seed, "seconds": seconds}
    yield Text(t("{subject}: {cases} cases, oracle {oracle}, seed {seed}, {seconds:.1f} s", **facts))
    yield Text("")
    blank, waiting = outline.not_started(run), outline.waiting(run)
    contracts = {name: each for name, each in outline.by_contract(run).items() if name not in (*blank, *waiting)}
    if contracts:
        yield _overview(contracts)
    if blank:
        yield Text(t("not started: {names}", names=", ".join(blank)), style="bold red")
    if waiting:
        yield Text(t("not judged, since they build on what is not started: {names}", names=", ".join(waiting)))
    for result in run.results:
        is_told = result.status.is_bad or result.status in (Status.INCONCLUSIVE, Status.BROKEN)
        if result.contract in contracts and is_told:
            yield Text("")
            yield _block(result, is_verbose, places)
    yield from _skips(contracts)
    if run.notes:
        yield Text("")
        yield from (Text(t("note: {note}", note=tell(note)), style="yellow") for note in dict.fromkeys(run.notes))
    yield Text("")
    yield from map(_lost, costs(run.results))
    yield _closing(run)


def _skips(contracts: Mapping[str, Sequence[Result]]) -> Iterator[RenderableType]:
    """Why what was not made was not made, a line each."""
    lines = [
        Text(
            t("{name}: {checks} skipped: {reason}", name=name, checks=checks, reason=tell(reason)),
            COLOURS[Status.SKIPPED],
        )
        for name, results in contracts.items()
        for checks, reason in outline.reasons(results)
    ]
    if lines:
        yield from (Text(""), *lines)


def _overview(contracts: Mapping[str, Sequence[Result]]) -> Table:
    """A row a contract. What is advisory is not counted, as it is not in the summary, and named where it fails."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column(t("contract"), no_wrap=True)
    table.add_column(t("passed"), justify="right")
    table.add_column(t("otherwise"), overflow="fold")
    for contract, results in contracts.items():
        required = [result for result in results if result.required]
        passed = sum(result.status == Status.PASSED for result in required)
        told = [r for r in results if r.status != Status.PASSED and (r.required or r.status.is_bad)]
        table.add_row(
            escape(contract), out_of(passed, len(required)), Text(t(NAMES, before="", after="")).join(map(_short, told))
        )
    return table


def _short(result: Result) -> Text:
    template = "{check} {status}" if result.required else "{check} {status} (advisory)"
    return Text(t(template, check=result.check, status=ended(result.status)), style=_colour(result))


def _block(result: Result, is_verbose: bool, places: Places) -> Text:
    place = place_of(result, places)
    where = [_line("where", standing(place))] if place else []
    lines = [*_detail_lines(result, is_verbose), *where]
    return Text("\n").join([Text(_title(result), style=_colour(result)), *map(Text, lines)])


def _title(result: Result) -> str:
    template = TITLE if result.required else TITLE_OF_ADVICE
    return t(template, contract=result.contract, check=result.check, status=ended(result.status))


def _detail_lines(result: Result, is_verbose: bool) -> Iterator[str]:
    check = check_named(result.check)
    told = _details(result, t(check.sentence) if check else "", is_verbose)
    return (_line(label, tell(value)) for label, value in told)


def _line(label: str, value: str) -> str:
    return f"  {padded(t(label), 10)} {value}"


def _details(result: Result, sentence: str, is_verbose: bool) -> Iterator[tuple[str, str]]:
    yield "must hold", sentence
    yield "found", result.message
    evidence = result.evidence
    if evidence:
        yield "smallest", say(ABOUT, name=evidence.case, words=evidence.setting)
        if evidence.element:
            yield "at", evidence.element
            yield "expected", evidence.expected
            yield "got", evidence.got
            yield "error", evidence.error
            if is_verbose and evidence.yardstick:
                yield "yardstick", evidence.yardstick
    if result.diagnosis:
        yield "diagnosis", result.diagnosis
    if result.hint:
        yield "hint", result.hint
    if result.replay:
        yield "replay", result.replay


def _closing(run: Run) -> Text:
    summary = run.summary
    counts = (
        t("{count} checks passed", count=summary.passed),
        *(counted(status, count) for status in TOLD_IN_THE_END if (count := getattr(summary, status))),
    )
    advisory = t("{count} advisory", count=summary.advisory) if summary.advisory else ""
    points = of_points(summary.score, summary.max_score) if summary.max_score else ""
    owed = unjudged(summary.unjudged) if summary.unjudged else ""
    style = "bold green" if summary.is_clean else "bold red"
    return Text(listed(SENTENCES, (listed(NAMES, counts), advisory, points, owed)), style=style)


def _lost(cost: Cost) -> Text:
    return Text(t(LOST, points=cost.points, mistake=cost.mistake, places=", ".join(cost.where)))


def _colour(result: Result) -> str:
    return "yellow" if result.status.is_bad and not result.required else COLOURS[result.status]
