"""``gradproof merge``: the ledgers of several machines as one."""

from pathlib import Path

import click

from gradproof.conformance.cli.output import lang_option, say
from gradproof.conformance.reports.languages.speaking import t

ONE, MANY = "{out}: {count} submissions of one folder", "{out}: {count} submissions of {folders} folders"
MESSAGES = (ONE, MANY)


@click.command()
@click.argument("folders", metavar="OUT...", nargs=-1, required=True)
@click.option("--out", metavar="DIR", required=True, help="The folder of the whole class; it must not be there yet.")
@lang_option
def merge(folders: tuple[str, ...], out: str) -> None:
    """Put what several machines graded together.

    They must have been graded by the same assignment and the same cases ('gradproof grade --seed' or --fixtures). What
    was graded twice stands once, if it is of the same content.
    """
    from gradproof.conformance.grading.returned.merging import merged

    count = merged([Path(each) for each in folders], Path(out))
    say(t(ONE if len(folders) == 1 else MANY, out=out, count=count, folders=len(folders)))
