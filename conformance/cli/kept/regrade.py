"""``gradproof regrade``: a graded class by another assignment, without running anybody's code."""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.conformance.cli.grade import computed_answers, header_of, task_of, wall_of
from gradproof.conformance.cli.kept.judging import workers_or_cores
from gradproof.conformance.cli.output import Whole, by_assignment, lang_option, progress, say
from gradproof.conformance.errors import Broken, UsageError, told
from gradproof.conformance.reports.languages.speaking import t, tell

if TYPE_CHECKING:
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.grading.handin import HandIn
    from gradproof.conformance.grading.judge import Task
    from gradproof.conformance.grading.model import Grading, Header
    from gradproof.conformance.grading.returned.again import Again
    from gradproof.conformance.oracle.fixture_set import FixtureSet

ONE_KEPT = "gradproof: {names} keeps its result: {reason}"
KEPT = "gradproof: {names} keep their results: {reason}"
MANY_KEPT = "gradproof: {names} and {more} more keep their results: {reason}"
NO_CASE = (
    "withdrawn: {name} is no case that the class was asked; those of a contract are such as {contract}/{seed}/0 to "
    "{contract}/{seed}/{last}"
)
MESSAGES = (ONE_KEPT, KEPT, MANY_KEPT, NO_CASE)
MOST_TOLD = 20


@click.command()
@click.argument("out", metavar="OUT")
@click.option("--assignment", metavar="FILE|NAME", required=True, help="What the class is judged by now.")
@click.option(
    "--apply", is_flag=True, help="Put the new results in the place of the old ones; else they are only told."
)
@click.option(
    "--hand-ins",
    metavar="DIR",
    help="The class itself: what is asked that was never asked before is run, and nothing else.",
)
@click.option("--fixtures", metavar="DIR", help="A fixture set of the same seed, whose answers hold now.")
@click.option("--new-answers", is_flag=True, help="Have the answers to the same cases computed anew, by torch.")
@click.option("--workers", type=Whole(min=1), help="Submissions judged at a time.  [default: one a core]")
@click.option("--adapter", metavar="FILE", help="The adapter that the class was graded with.")
@click.option(
    "--wall",
    type=click.Choice(["auto", "bubblewrap", "unprivileged"]),
    default="auto",
    show_default=True,
    help="What stands between a submission that is run and this machine.",
)
@click.option("--no-sandbox", is_flag=True, help="Run without a wall what is run.")
@lang_option
@click.pass_obj
def regrade(
    key: str | None,
    out: str,
    assignment: str,
    apply: bool,
    hand_ins: str | None,
    fixtures: str | None,
    new_answers: bool,
    workers: int | None,
    adapter: str | None,
    wall: str,
    no_sandbox: bool,
) -> None:
    """Judge a graded class again, by what its code gave when it was graded, and tell what that changes.

    Points, checks that become advisory, cases that are withdrawn, other answers: none of that runs anybody's code. What
    was never asked is said so, and run where --hand-ins names the class. Exit code 3 if some could not be judged.
    """
    from gradproof.conformance.engine.assignment import located, read
    from gradproof.conformance.grading import classes, model
    from gradproof.conformance.grading.course import roster
    from gradproof.conformance.grading.course.standing import standings
    from gradproof.conformance.grading.returned.applying import applied
    from gradproof.conformance.reports.console import console
    from gradproof.conformance.reports.overview import changes

    folder, source = Path(out), located(assignment)
    what, before = read(source), model.read(folder)
    by_assignment(what.lang)
    course = roster.with_members(what.course, source.parent)
    _require_same_cases(what, before.header)
    private = _given(what, fixtures, before.header)
    task = task_of(what, private, adapter, wall_of(wall, no_sandbox) if hand_ins else "plain", key)
    if not task.key:
        task = replace(task, answers=(private or _answers(what, before.header, folder, new_answers)).folder.resolve())
    with ExitStack() as opened:
        found = opened.enter_context(classes.of(Path(hand_ins))) if hand_ins else ()
        made = dict(_judged(task, folder, before, found, workers_or_cores(workers)))
    for reason, names in _kept(made).items():
        whose = {"names": ", ".join(names[:MOST_TOLD]), "more": len(names) - MOST_TOLD}
        template = ONE_KEPT if len(names) == 1 else KEPT if len(names) <= MOST_TOLD else MANY_KEPT
        say(t(template, reason=tell(reason), **whose), err=True)
    ran = {name: each.ran for name, each in made.items() if each.ran}
    if ran:
        say(t("gradproof: the code of {count} was run, for {what}", count=len(ran), what=_asked(ran)), err=True)
    old = {one.submission: one for one in before.submissions}
    judged = {name: each.graded for name, each in made.items() if each.graded}
    was, now = (
        before.standings,
        standings([judged.get(name, one) for name, one in old.items()], course, before.handed_in),
    )
    told_of = {name: changes.change_of(old[name], one, was[name], now[name]) for name, one in judged.items()}
    changes.render(told_of, console())
    left = [name for name, each in made.items() if each.graded is None]
    if apply and left:
        raise UsageError(
            t("nothing is replaced: {count} of {every} could not be judged again", count=len(left), every=len(made))
        )
    if apply:
        header = header_of(replace(task, answers=private.folder if private else None), source, before.header.seed)
        kept = applied(folder, header, course, judged.values())
        say(t("the results until now are kept as {path}", path=kept))
    elif any(change.is_one for change in told_of.values()):
        say(t("nothing is written; --apply puts the new results in the place of the old ones"))
    if left:
        sys.exit(3)


def _kept(made: "Mapping[str, Again]") -> "dict[str, list[str]]":
    """Why results stay as they are, and whose."""
    found: dict[str, list[str]] = {}
    for name, each in made.items():
        if each.why_not:
            found.setdefault(each.why_not, []).append(name)
    return found


def _asked(ran: Mapping[str, Mapping[str, int]]) -> str:
    names = dict.fromkeys(name or t("all that is asked") for each in ran.values() for name in each)
    return ", ".join(names)


def _require_same_cases(what: "Assignment", header: "Header") -> None:
    """Raise UsageError where other cases would be asked: that is another grading."""
    if what.seed is not None and what.seed != header.seed:
        raise UsageError(
            t(
                "the assignment asks for seed {seed}, the class was asked the cases of {asked}",
                seed=what.seed,
                asked=header.seed,
            )
        )
    if what.seeds.policy != header.seed_policy:
        raise UsageError(
            t(
                "the class was graded with seeds {before}, the assignment says {policy}",
                before=header.seed_policy,
                policy=what.seeds.policy,
            )
        )
    if header.seed_policy == "shared":  # else each has cases of its own
        _require_were_asked(what, header.seed)


def _require_were_asked(what: "Assignment", seed: int) -> None:
    """Raise UsageError for a withdrawn case that nobody was asked: nothing would be withdrawn."""
    from gradproof.conformance.grading.answers import needed
    from gradproof.conformance.oracle.oracle import DEFAULT_CASES
    from gradproof.conformance.spec.cases import parse_case_id

    asked, count = needed(what), max(what.cases or 0, DEFAULT_CASES)
    for name in what.withdrawn:
        case = parse_case_id(name)
        if case.contract not in asked or case.seed != seed or case.index >= count:
            raise UsageError(t(NO_CASE, name=name, contract=case.contract, seed=seed, last=count - 1))


def _given(what: "Assignment", fixtures: str | None, header: "Header") -> "FixtureSet | None":
    from gradproof.conformance.grading.answers import given

    if fixtures is None:
        if header.oracle.startswith("fixtures "):
            raise UsageError(t("the class was graded with a private set: name it with --fixtures"))
        return None
    made = given(what, Path(fixtures))
    if made.seed != header.seed:
        raise UsageError(
            t(
                "--fixtures {fixtures} has seed {seed}, the class was asked the cases of {asked}",
                fixtures=fixtures,
                seed=made.seed,
                asked=header.seed,
            )
        )
    return made


def _answers(what: "Assignment", header: "Header", folder: Path, is_anew: bool) -> "FixtureSet":
    """The answers to the cases that the class was asked."""
    from gradproof.conformance.grading.answers import known, require_torch

    if is_anew:
        require_torch()
    there = None if is_anew else known(what, header.seed, folder)
    return there or computed_answers(what, header.seed, folder)


def _judged(
    task: "Task", folder: Path, before: "Grading", found: "tuple[HandIn, ...]", workers: int
) -> "Iterator[tuple[str, Again]]":
    """Each submission of the class, by name, in the order of the names."""
    from gradproof.conformance.grading.intake import with_names
    from gradproof.conformance.grading.model import complete_lines
    from gradproof.conformance.grading.returned.again import judged_again
    from gradproof.conformance.grading.returned.store import INDEX, index_of
    from gradproof.conformance.grading.schedule import process_pool

    kept = index_of(complete_lines(folder / INDEX))
    names = {one.source: one.submission for one in before.submissions}
    hand_ins = {each.name: each for each in with_names(found, names)}
    asked = {
        one.submission: (task, folder, kept.get(one.submission), one, hand_ins.get(one.submission))
        for one in before.submissions
    }
    with progress(list(asked), t("judging again")) as tick, ExitStack() as opened:
        if min(workers, len(asked)) < 2:
            answers: Mapping[str, Callable[[], Again]] = {n: partial(judged_again, *each) for n, each in asked.items()}
        else:
            pool = opened.enter_context(process_pool(min(workers, len(asked))))
            answers = {name: pool.submit(judged_again, *each).result for name, each in asked.items()}
        for name, answer in answers.items():
            try:
                yield name, answer()
            except (BrokenExecutor, OSError, MemoryError) as error:
                raise Broken(t("{name} could not be judged again: {reason}", name=name, reason=told(error))) from None
            tick(name)
