"""``gradproof grade``: judge a class."""

import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof import __version__
from gradproof.conformance.cli.check import named_adapter
from gradproof.conformance.cli.fixtures import SEED
from gradproof.conformance.cli.kept.judging import judged, resumable, slow_ones, watched
from gradproof.conformance.cli.output import Number, Whole, by_assignment, lang_option, progress, say
from gradproof.conformance.cli.outside import contracts_option
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t, tell

if TYPE_CHECKING:
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.grading.intake import HandIn
    from gradproof.conformance.grading.judge import Task
    from gradproof.conformance.grading.ledger import Ledger
    from gradproof.conformance.grading.model import Header
    from gradproof.conformance.oracle.fixture_set import FixtureSet

NOT_JUDGED_ONE = (
    "gradproof: {count} submission could not be judged, or not wholly, by no fault of theirs; grade with --resume to "
    "judge them again"
)
NOT_JUDGED = (
    "gradproof: {count} submissions could not be judged, or not wholly, by no fault of theirs; grade with --resume to "
    "judge them again"
)
HANDED_IN_ANEW = "gradproof: {name} was handed in anew since it was judged; --again {quoted} judges it"
NOBODY = "gradproof: --handed-in has times of what was not handed in: {names}"
MESSAGES = (NOT_JUDGED_ONE, NOT_JUDGED, HANDED_IN_ANEW, NOBODY)
MOST_TOLD = 20


@click.command()
@click.argument("directory", metavar="DIR")
@click.option(
    "--assignment",
    metavar="FILE|NAME",
    required=True,
    help="What must be there and what it is worth: a TOML file, or the name of a shipped one.",
)
@click.option("--out", metavar="DIR", required=True, help="Where the results are kept, a line a submission.")
@click.option("--workers", type=Whole(min=1), help="Submissions judged at a time.  [default: one a core]")
@click.option(
    "--executor",
    metavar="NAME",
    default="processes",
    show_default=True,
    help="Where it is judged: processes of this machine, dask:local, dask:ADDRESS of a scheduler, or module:factory of "
    "a concurrent.futures.Executor.",
)
@click.option("--resume", is_flag=True, help="Go on with an interrupted grading; what is done is not done again.")
@click.option(
    "--watch",
    metavar="SECONDS",
    type=Number(min=0.1, max=86_400),
    help="Go on looking into DIR, each so many seconds, and judge what arrives there whole, until Ctrl-C.",
)
@click.option(
    "--again",
    metavar="NAME",
    multiple=True,
    help="Judge this submission anew, and what else is not done. May be given again.",
)
@click.option(
    "--fixtures",
    metavar="DIR",
    help="A private fixture set, made by 'gradproof fixtures regenerate --seed SECRET --out DIR'; needs no torch then.",
)
@click.option("--seed", type=SEED, help="Draw the cases with this seed.  [default: a secret one, kept in OUT]")
@click.option(
    "--public-cases",
    is_flag=True,
    help="Grade by the cases that come with gradproof: a hand-in may hold their answers. Every report says so.",
)
@click.option(
    "--handed-in",
    metavar="TIME|FILE",
    help="When it was handed in: a time with its zone, or a CSV file with the columns submission and time.  "
    "[default: when the newest file was modified]",
)
@click.option(
    "--adapter", metavar="FILE", help="A file of canonical names in terms of a submission, or a shipped one's name."
)
@contracts_option
@click.option(
    "--wall",
    type=click.Choice(["auto", "bubblewrap", "unprivileged"]),
    default="auto",
    show_default=True,
    help="What stands between a submission and this machine; auto takes the first that works here.",
)
@click.option(
    "--no-sandbox",
    is_flag=True,
    help="Judge without a wall: a submission can then read and write whatever you can, the answers included.",
)
@lang_option
@click.pass_obj
def grade(
    key: str | None,
    directory: str,
    assignment: str,
    out: str,
    workers: int | None,
    executor: str,
    resume: bool,
    watch: float | None,
    again: tuple[str, ...],
    fixtures: str | None,
    seed: int | None,
    public_cases: bool,
    handed_in: str | None,
    adapter: str | None,
    wall: str,
    no_sandbox: bool,
) -> None:
    """Judge every submission in DIR: folders, .py files, archives (.zip, .tar.gz) and notebooks.

    DIR may be an archive itself, as Moodle gives out a class. What cannot be opened has its line too.

    Each result is on the disk at once, as a line of OUT/results.jsonl; 'gradproof report OUT' makes the formats that
    courses use of them. Exit code 0 when all are judged, whatever their points; 3 when some could not be, or not
    wholly, by no fault of theirs: --resume judges them again.

    The cases are secret: drawn with a new seed for each grading and answered by torch, or those of a private set.
    """
    from gradproof.conformance.engine.assignment import located, read
    from gradproof.conformance.grading import answers, classes, ledger, seeds
    from gradproof.conformance.grading.course import arrival, dropbox, roster
    from gradproof.conformance.grading.intake import with_names

    source, folder = located(assignment), Path(out)
    if watch is not None and not Path(directory).is_dir():
        raise UsageError(t("--watch: {directory} is not a folder", directory=directory))
    resume = resume or bool(again)
    what = read(source)
    by_assignment(what.lang)
    course, times = roster.with_members(what.course, source.parent), arrival.told(handed_in)
    private = answers.given(what, Path(fixtures)) if fixtures is not None else None
    drawn = seeds.of_class(what, private, seed, public_cases, ledger.kept_seed(folder) if resume else None)
    task = task_of(what, private, adapter, _wall_there(executor, wall, no_sandbox), key)
    if not task.key:
        there = private or answers.known(what, drawn, folder)
    header = header_of(task, source, drawn)
    with classes.of(Path(directory), watch is not None, folder) as found, ledger.opened(folder, header, resume) as book:
        roster.keep(course, folder)
        hand_ins = with_names(found if watch is None else filter(dropbox.has_its_name, found), book.names)
        for name in again:
            _forget(name, hand_ins, book)
        _tell_of_changes(hand_ins, book.done)
        if watch is None and (unknown := sorted(set(times) - {"", *(each.name for each in hand_ins)})):
            say(t(NOBODY, names=", ".join(unknown[:MOST_TOLD])), err=True)
        left = [each for each in hand_ins if each.name not in book.done]
        if (left or watch is not None) and not task.key:
            with resumable(book, [each.name for each in left]):
                task = replace(task, answers=(there or computed_answers(what, drawn, folder)).folder.resolve())
        if left:
            judged(task, left, book, executor, workers, times)
        if watch is not None:
            watched(directory, watch, book, lambda new: judged(task, new, book, executor, workers, times, say))
    _summarize(folder)
    if book.broken:
        _tell_of_broken(book)
        sys.exit(3)


def _forget(name: str, hand_ins: "Sequence[HandIn]", book: "Ledger") -> None:
    """Have a submission judged anew. Raises UsageError if there is none of that name."""
    from gradproof.conformance.spec.contracts import with_nearest

    names = [each.name for each in hand_ins]
    if name not in names:
        told = t("--again {name}: there is no submission of that name", name=name)
        raise UsageError(with_nearest(told, name, names[:20]))
    if name in book.kept:
        book.forget(name)


def _tell_of_broken(book: "Ledger") -> None:
    """A line each for whoever maintains the class, or gradproof."""
    from gradproof.conformance.reports.text import faults
    from gradproof.conformance.reports.wording import one_line

    for name in book.broken:
        one = book.kept[name]
        for why in faults(one.run) if one.run else (one.problem or "",):
            say(f"gradproof: {one_line(name)}: {one_line(why, 600)}", err=True)
    count = len(book.broken)
    say(t(NOT_JUDGED_ONE if count == 1 else NOT_JUDGED, count=count), err=True)


def wall_of(name: str, no_sandbox: bool) -> str:
    """The name of the wall that will stand."""
    from gradproof.conformance.sandbox import walls

    return "plain" if no_sandbox else walls.pick(name).name


def task_of(
    assignment: "Assignment", fixtures: "FixtureSet | None", adapter: str | None, wall: str, key: str | None
) -> "Task":
    """What is the same for the whole class."""
    from gradproof.conformance.grading import answers, seeds
    from gradproof.conformance.grading.judge import Task
    from gradproof.conformance.spec.contracts import files_from_outside

    given = named_adapter(adapter)
    has_own_cases = assignment.seeds.policy == "per-submission"
    if has_own_cases:
        answers.require_torch()
    return Task(
        assignment=assignment,
        answers=fixtures.folder.resolve() if fixtures else None,
        wall=wall,
        adapter=given.resolve() if given else assignment.adapter,
        key=seeds.require_key(key) if has_own_cases else "",
        contracts=files_from_outside(),
    )


def header_of(task: "Task", source: Path, seed: int) -> "Header":
    """What must be the same when the grading is resumed."""
    import numpy as np

    from gradproof.conformance.grading.model import PUBLIC, SECRET, Header
    from gradproof.conformance.grading.seeds import fingerprint, is_public

    assignment, answers = task.assignment, "of the class"
    if task.answers:
        answers = f"fixtures {fingerprint((task.answers / 'manifest.json').read_text(encoding='utf-8'))}"
    if task.key:
        answers = f"of each submission, key {fingerprint(task.key)}"
    return Header(
        assignment=assignment.name,
        digest=hashlib.sha256(b"".join(file.read_bytes() for file in (source, *task.contracts))).hexdigest(),
        max_score=assignment.max_score,
        seed_policy=assignment.seeds.policy,
        oracle=answers,
        seed=seed,
        hidden=assignment.hidden,
        cases=PUBLIC if is_public(seed) and not task.key else SECRET,
        versions={"gradproof": __version__, "numpy": np.__version__},
        hints=assignment.hints,
        lang=assignment.lang,
    )


def computed_answers(assignment: "Assignment", seed: int, out: Path) -> "FixtureSet":
    """The answers that the whole class shares."""
    from gradproof.conformance.grading.answers import computed, needed

    with progress(list(needed(assignment)), t("computing the answers of")) as tick:
        return computed(assignment, seed, out, tick)


def _tell_of_changes(hand_ins: "Sequence[HandIn]", done: Mapping[str, str]) -> None:
    from gradproof.conformance.grading.intake import IntakeProblem, digest
    from gradproof.conformance.sandbox.shell import command_line

    for each in hand_ins:
        try:
            is_new = bool(done.get(each.name)) and digest(each) != done[each.name]
        except IntakeProblem:
            is_new = True
        if is_new:
            say(t(HANDED_IN_ANEW, name=each.name, quoted=command_line((each.name,))), err=True)


def _wall_there(executor: str, name: str, no_sandbox: bool) -> str:
    """The wall of this machine; on others, if there are such, each worker takes its first that stands."""
    from gradproof.conformance.grading.cluster import executors

    executors.require(executor)
    return wall_of(name, no_sandbox) if executor == "processes" or no_sandbox else "auto"


def _summarize(out: Path) -> None:
    from gradproof.conformance.grading.model import complete_lines, read
    from gradproof.conformance.grading.returned.store import INDEX, size_of
    from gradproof.conformance.reports.class_table import render
    from gradproof.conformance.reports.console import console

    grading = read(out)
    render(grading, console())
    if slow := slow_ones(grading.seconds):
        say(slow)
    size = size_of(out, complete_lines(out / INDEX))
    if size.submissions:
        say(tell(size.words))
