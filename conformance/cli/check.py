"""``gradproof check``: one submission judged; and what ``gradproof replay`` shares with it."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradproof.conformance.cli.fixtures import SEED
from gradproof.conformance.cli.handed_in import handed_in, limits_of, session_of, unusable_told, wall_of
from gradproof.conformance.cli.output import (
    Number,
    Whole,
    by_assignment,
    lang_option,
    opened,
    require_place,
    stages,
    write,
)
from gradproof.conformance.cli.outside import contracts_option
from gradproof.conformance.reports.languages.speaking import t

if TYPE_CHECKING:
    from gradproof.conformance.checks.results import Run
    from gradproof.conformance.engine.assignment import Assignment
    from gradproof.conformance.engine.places import Places
    from gradproof.conformance.oracle.oracle import Oracle


def common(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of these names."""
    options: dict[str, Callable[..., Any]] = {
        "oracle": click.option(
            "--oracle",
            type=click.Choice(["auto", "torch", "golden"]),
            default="auto",
            show_default=True,
            help="Where the right answers come from: torch (live), golden (a fixture set), auto (torch if installed).",
        ),
        "fixtures": click.option(
            "--fixtures",
            metavar="DIR",
            help="The fixture set of the golden oracle. Default: the one that comes with gradproof.",
        ),
        "adapter": click.option(
            "--adapter",
            metavar="FILE",
            help="A Python file that defines the canonical functions in terms of the submission, or the name of a "
            "shipped one (examples/adapters).",
        ),
        "timeout": click.option(
            "--timeout",
            type=Number(min=0.1, max=3600),
            metavar="SECONDS",
            help="How long the submission may take over one case.  [default: 10, or what the assignment says]",
        ),
        "contracts": contracts_option,
        "compat": click.option(
            "--compat", is_flag=True, help="Put names of Python 2 and of old NumPy back, for old submissions."
        ),
        "python2": click.option(
            "--python2",
            is_flag=True,
            help="The same, and what Python 2 did itself: / of whole numbers rounds down, range is a list.",
        ),
    }

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for name in reversed(names):
            command = options[name](command)
        return command

    return decorate


@click.command()
@click.argument("path")
@click.option(
    "--assignment",
    metavar="FILE|NAME",
    help="What must be there, under which conventions, and what it is worth: a TOML file, or the name of a shipped one "
    "('gradproof list assignments').",
)
@click.option(
    "--only",
    metavar="GLOB",
    multiple=True,
    help="Only contracts whose name matches, e.g. 'batchnorm*'. May be given again.",
)
@click.option(
    "--dialect",
    metavar="NAME=VALUE",
    multiple=True,
    help="A convention of the submission, e.g. dropout_p=drop; see 'gradproof list dialects'.",
)
@click.option("--seed", type=SEED, help="The seed that cases are drawn with.  [default: 0]")
@click.option("--cases", type=Whole(min=1), help="Cases for each contract.  [default: 24]")
@common("contracts", "oracle", "fixtures", "adapter", "timeout", "compat", "python2")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "html", "markdown", "junit", "github", "sarif"]),
    default="text",
    show_default=True,
    help="The form of the report; github annotates the lines of a pull request.",
)
@click.option("--output", metavar="FILE", help="Write the report to a file instead of standard output.")
@click.option(
    "--wall",
    type=click.Choice(["plain", "auto", "bubblewrap", "unprivileged"]),
    default="plain",
    show_default=True,
    help="What stands around the submission's process; plain is for code of your own, see 'gradproof doctor'.",
)
@click.option(
    "--no-sandbox",
    is_flag=True,
    help="Run the submission in this process, to debug it: its prints are shown, its hang or exit ends the report.",
)
@click.option(
    "--hints",
    type=Whole(0, 4),
    metavar="0..4",
    help="How much is told of a mistake: 1 the idea and a question, 2 where it is, 3 the numbers of a small case, 4 "
    "the formula; 0 nothing.  [default: 2, or what the assignment says]",
)
@click.option("--verbose", is_flag=True, help="Tell errors in units of the yardstick too.")
@lang_option
def check(
    path: str,
    assignment: str | None,
    only: tuple[str, ...],
    dialect: tuple[str, ...],
    seed: int | None,
    cases: int | None,
    oracle: str,
    fixtures: str | None,
    adapter: str | None,
    timeout: float | None,
    compat: bool,
    python2: bool,
    style: str,
    output: str | None,
    wall: str,
    no_sandbox: bool,
    hints: int | None,
    verbose: bool,
) -> None:
    """Judge a submission: PATH is a .py file, a folder, a notebook or an archive (.zip, .tar.gz).

    Without an assignment, every contract whose functions the submission offers is judged under the default
    conventions ('gradproof list dialects'), or those of the hand-out that it looks like.
    """
    require_place(output)
    task = _read_assignment(assignment)
    by_assignment(task.lang if task else "")
    adapter_path = named_adapter(adapter) or (task.adapter if task else None)
    from gradproof.conformance.oracle.beside import beginning  # imports nothing of NumPy: it begins before that

    old = "python2" if python2 else "compat" if compat else task.to_compat() if task else ""
    with (
        unusable_told(style, output, Path(path)),
        beginning("golden" if no_sandbox else oracle, fixtures) as answering,
        wall_of(path, None if no_sandbox else wall) as standing,
        handed_in(path) as given,
        session_of(given.path, adapter_path, limits_of(task, timeout), standing, old) as session,
    ):
        from gradproof.conformance.checks import hints as how_much
        from gradproof.conformance.engine import runner
        from gradproof.conformance.engine.places import places_of, told_of
        from gradproof.conformance.engine.selection import dialect_of, plan_of
        from gradproof.conformance.oracle.helped import with_help
        from gradproof.conformance.oracle.oracle import pick
        from gradproof.conformance.reports import text  # noqa: F401 - while the process imports too

        if seed is None and task is not None:
            seed = task.seed
        source = with_help(pick(oracle, seed, fixtures), answering)
        command = _replay_command(path, adapter_path, source, fixtures, old, wall)
        conventions = dialect_of(task, dialect, session.inventory)
        plan = plan_of(session.inventory, path, task, command, only=only, dialect=conventions, cases=cases)
        names = [contract.name for contract in plan.contracts]
        with stages(names, t("running"), t("checking")) as (exercised, tick):
            run = runner.run(path, session, source, plan, tick, exercised)
        level = hints if hints is not None else task.hints if task else how_much.DEFAULT
        run = replace(run, notes=(*given.notes, *run.notes), results=how_much.up_to(run.results, level))
        offered = session.inventory
        places = places_of(given.path, told_of(run.results, offered.functions), offered.broken)
    _write_report(run, style, output, verbose, places, Path(path))
    if run.summary.broken:
        _tell_maintainer(run)
    sys.exit(3 if run.summary.broken else 0 if run.summary.is_clean else 1)


def named_adapter(given: str | None) -> Path | None:
    """The file that ``--adapter`` means, if it was given. Raises UsageError if there is none."""
    if given is None:
        return None
    from gradproof.conformance.spec.asked.adapters import adapter_file

    return adapter_file(given)


def _read_assignment(path: str | None) -> "Assignment | None":
    if path is None:
        return None
    from gradproof.conformance.engine.assignment import located, read

    return read(located(path))


def _replay_command(
    path: str, adapter: Path | None, source: "Oracle", fixtures: str | None, compat: str, wall: str
) -> Callable[[str], str]:
    from gradproof.conformance.sandbox.shell import replay_command, shown
    from gradproof.conformance.spec.open_row.files import options

    extra = ["--wall", wall] if wall != "plain" else []
    extra += ["--adapter", shown(adapter)] if adapter else []
    extra += [*([f"--{compat}"] if compat else []), *options()]
    if source.name == "golden":
        extra += ["--oracle", "golden"] if fixtures is None else ["--fixtures", fixtures]
    return replay_command(path, *extra)


def _tell_maintainer(run: "Run") -> None:
    """A line for each fault of our own, with all that is needed to look for it."""
    from gradproof.conformance.reports.text import faults

    for line in faults(run):
        click.echo(f"gradproof: {line}", err=True)


def _write_report(run: "Run", style: str, output: str | None, is_verbose: bool, places: "Places", path: Path) -> None:
    if style == "json":
        from gradproof.conformance.checks import serialized as renderer

        write(renderer.render(run), output)
        return
    if style != "text":
        from gradproof.conformance.reports.feedback import alone

        write(alone.render(style, run, path, places), output)
        return
    from gradproof.conformance.reports import text
    from gradproof.conformance.reports.console import console

    if output is None:
        text.render(run, console(), is_verbose, places)
        return
    with opened(output) as file:
        text.render(run, console(file), is_verbose, places)
