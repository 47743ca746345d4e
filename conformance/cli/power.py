"""``gradproof power``: what the suite catches, what it misses and what it blames wrongly."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradproof.conformance.cli.output import Whole, lang_option, opened, progress, require_place, write
from gradproof.conformance.errors import UsageError
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.spec.words.said import say

if TYPE_CHECKING:
    from gradproof.conformance.power.measure import Scope
    from gradproof.conformance.power.score import Score


@click.command()
@click.option(
    "--only",
    metavar="GLOB",
    multiple=True,
    help="Only what contracts judge whose name matches, e.g. 'batchnorm*'. May be given again.",
)
@click.option("--sample", type=Whole(min=0), metavar="N", help="Only N of the mutants, always the same ones.")
@click.option(
    "--oracle",
    type=click.Choice(["golden", "torch"]),
    default="golden",
    show_default=True,
    help="Where the right answers come from: golden (a fixture set) or torch (live).",
)
@click.option("--fixtures", metavar="DIR", help="The fixture set of the golden oracle.")
@click.option("--cases", type=Whole(min=1), help="Cases for each contract.  [default: 24]")
@click.option(
    "--names", is_flag=True, help="Only ask whether each mutant that the record has as killed is given a name."
)
@click.option("--workers", type=Whole(min=1), help="How many processes.  [default: one a core]")
@click.option("--json", "as_json", is_flag=True, help="The score as JSON, every verdict in it.")
@click.option("--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option(
    "--readme",
    metavar="FILE",
    help="Write the score table into FILE (docs/figures.md), between its markers, and record its verdicts; with "
    "--only, what was measured takes the place of what was recorded of it.",
)
@lang_option
def power(
    only: tuple[str, ...],
    sample: int | None,
    oracle: str,
    fixtures: str | None,
    cases: int | None,
    names: bool,
    workers: int | None,
    as_json: bool,
    output: str | None,
    readme: str | None,
) -> None:
    """Run every misconception, mutant of impl and correct variant as a submission, and say what the suite makes of it.

    Exit code 1 if a misconception is not caught, a mutant survives that is not proven equivalent, or a correct variant
    is blamed.
    """
    from gradproof.conformance.sandbox.threads import one_thread_each

    one_thread_each()
    from gradproof.conformance.oracle.oracle import pick
    from gradproof.conformance.power import measure, record
    from gradproof.conformance.power.pool import Source
    from gradproof.conformance.power.submissions import VARIANTS

    if not VARIANTS.is_dir():
        raise UsageError(say("power needs a checkout of gradproof: the correct variants are not in what is installed"))
    if readme and (sample is not None or cases or oracle != "golden" or fixtures):
        raise UsageError(say("--readme records whole verdicts: leave out --sample, --cases, --oracle and --fixtures"))
    require_place(output)
    if readme:
        record.required(Path(readme))
    if names:
        _write_names(measure.Scope(only), workers, readme)
        return
    scope, source = measure.Scope(only, sample), Source(oracle, None, fixtures, cases)
    answers = pick(source.oracle, source.seed, source.fixtures)
    todo, floors = measure.trials(scope, answers), tuple(measure.floors_of(scope, answers, cases))
    with progress([each.name for each in todo], t("judging")) as tick:
        score = measure.measured(todo, floors, source, workers, tick)
    _write_score(score, as_json, output)
    if readme:
        whole = record.merged(record.read(), score, scope.names()) if only else score
        record.publish(whole, Path(readme))
    sys.exit(0 if score.is_clean else 1)


def _write_names(scope: "Scope", workers: int | None, readme: str | None) -> None:
    from gradproof.conformance.power import measure, record, render

    recorded = record.read()
    whole = record.with_names(recorded, measure.names_of(scope, recorded, workers))
    click.echo("\n".join(render.of_names(whole)))
    if readme:
        record.publish(whole, Path(readme))


def _write_score(score: "Score", as_json: bool, output: str | None) -> None:
    from gradproof.conformance.reports.console import console
    from gradproof.conformance.reports.overview.detection import render

    if as_json:
        write(json.dumps(score.plain(), indent=1) + "\n", output)
    elif output is None:
        render(score, console())
    else:
        with opened(output) as file:
            render(score, console(file))
