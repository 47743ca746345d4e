"""The command ``gradproof``. Heavy imports wait until a command needs them."""

import os
import sys
import traceback
from contextvars import copy_context
from pathlib import Path
from typing import Any

import click

from gradproof import __version__
from gradproof.conformance.cli.check import check
from gradproof.conformance.cli.fixtures import fixtures
from gradproof.conformance.cli.grade import grade
from gradproof.conformance.cli.kept.merge import merge
from gradproof.conformance.cli.kept.regrade import regrade
from gradproof.conformance.cli.new import new
from gradproof.conformance.cli.output import lang_option, say, spell_out
from gradproof.conformance.cli.outside import contracts_option
from gradproof.conformance.cli.power import power
from gradproof.conformance.cli.replay import replay
from gradproof.conformance.cli.report import report
from gradproof.conformance.cli.spoken import helping
from gradproof.conformance.cli.spoken.usage import click_speaks, language_of
from gradproof.conformance.cli.spoken.words import not_opened, require_words
from gradproof.conformance.cli.train import train
from gradproof.conformance.errors import PASSING, Broken, UsageError, VacuousCaseError, told, words_of
from gradproof.conformance.reports.languages.speaking import speaking, t
from gradproof.conformance.sandbox import key

TRACEBACK = "GRADPROOF_TRACEBACK"
MOST_FRAMES = 4
ABOUT = "gradproof: {problem}"
SEE = "gradproof: {problem} (see '{command} --help')"
NOTHING_JUDGED = "gradproof: nothing could be judged, by no fault of the submission: {problem}"
NO_USE = "gradproof: a case of the suite itself is of no use, take another --seed and report this: {problem}"
OURS = (
    "gradproof {version} itself failed, please report this line: {problem} (at {way}); with {variable}=1 it shows the "
    "whole way"
)
MESSAGES = (ABOUT, SEE, NOTHING_JUDGED, NO_USE, OURS)


def main() -> None:
    """Run the command line; bad input or usage ends in one line on stderr and exit code 2."""
    spell_out()
    with speaking(language_of(sys.argv[1:], os.environ)), click_speaks():
        _run()


def _run() -> None:
    try:
        require_words(sys.argv[1:])
        helping.told(cli).main(standalone_mode=False, prog_name="gradproof", obj=key.take())
    except (click.exceptions.Abort, KeyboardInterrupt):
        _complain(t("gradproof: interrupted"))
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        template = SEE if context else ABOUT
        command = context.command_path if context else ""
        problem = " ".join(error.format_message().split())
        if isinstance(error, click.MissingParameter):
            problem = problem.removesuffix(".")  # of no language
        _complain(t(template, problem=problem, command=command))
        sys.exit(2)
    except UsageError as error:
        _complain(t(ABOUT, problem=words_of(error)))
        sys.exit(2)
    except Broken as error:
        _complain(t(NOTHING_JUDGED, problem=words_of(error)))
        sys.exit(3)
    except VacuousCaseError as error:
        _complain(t(NO_USE, problem=words_of(error)))
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as ours:
        usage = not_opened(ours, sys.argv[1:])
        if os.environ.get(TRACEBACK) and not usage:
            raise
        _complain(t(ABOUT, problem=usage or _to_report(ours)))
        sys.exit(2 if usage else 3)


def _complain(told: str) -> None:
    """Say what is wrong in one line, whatever the names in it are."""
    say(told.replace("\n", r"\n"), err=True)


def _to_report(ours: Exception) -> str:
    """What a user is told of a bug of this project, or of a machine that failed, in one line."""
    if isinstance(ours, PASSING):
        return t("the machine failed: {problem}", problem=told(ours))
    frames = traceback.extract_tb(ours.__traceback__)[-MOST_FRAMES:]
    way = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return t(OURS, version=__version__, problem=told(ours), way=way, variable=TRACEBACK)


class Verbs(click.Group):
    """The verbs: what one lets be known, contracts from outside, is known to its end and no longer."""

    def invoke(self, context: click.Context) -> Any:
        """Run the verb; --help of one costs no contract."""
        return copy_context().run(super().invoke, context)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gradproof")
@lang_option
def cli() -> None:
    """Prove from-scratch NumPy neural-network code against PyTorch.

    Exit code: 0 every required check passed, 1 some failed, 2 it could not run, 3 gradproof itself failed at something.
    """


for _command in (check, replay, grade, regrade, merge, report, new, train, power, fixtures):
    cli.add_command(_command)


@cli.command("list")
@contracts_option
@lang_option
@click.argument("what", type=click.Choice(["contracts", "checks", "dialects", "misconceptions", "assignments"]))
def list_(what: str) -> None:
    """List what there is: contracts, checks, dialects, misconceptions or shipped assignments."""
    from gradproof.conformance.reports import listing

    listing.render(what)


@cli.command()
@click.option(
    "--executor", metavar="NAME", help="What the workers of an executor can do instead, see 'gradproof grade --help'."
)
@lang_option
def doctor(executor: str | None) -> None:
    """Say what this installation can do and what it lacks. Exit code 1 if 'check' cannot work."""
    from gradproof.conformance.cli import doctor as doctors

    sys.exit(0 if doctors.render(doctors.workers(executor) if executor else doctors.examine()) else 1)
