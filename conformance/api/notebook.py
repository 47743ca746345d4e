"""In a notebook: ``%load_ext gradproof``, then ``%%gradproof batchnorm`` above a cell that defines the functions."""

import shlex
from fnmatch import fnmatchcase
from typing import Any

from gradproof.conformance.api.judging import Run, check
from gradproof.conformance.errors import UsageError
from gradproof.conformance.spec.contracts import all_contracts, contract_named

USAGE = """\
%%gradproof [CONTRACT ...]   run the cell, then judge what it and the notebook define
%gradproof [CONTRACT ...]    judge what the notebook defines

Options: --dialect NAME=VALUE, --assignment FILE, --oracle torch|golden, --cases N."""
OPTIONS = ("--dialect", "--assignment", "--oracle", "--cases")


def register(shell: Any) -> None:
    """Give an IPython shell the magic ``gradproof``, for a line and for a cell."""

    def gradproof(line: str, cell: str | None = None) -> Run | None:
        if cell is not None and not shell.run_cell(cell).success:
            return None  # the cell's own error is on the page
        return judged(line, shell.user_ns)

    shell.register_magic_function(gradproof, "line_cell", "gradproof")


def judged(line: str, namespace: dict[str, Any]) -> Run | None:
    """What a magic's line asks for; a complaint about the line is printed, not raised."""
    try:
        only, options = _asked(line)
        for each in only:
            if not any(fnmatchcase(row.name, each) for row in all_contracts()):
                contract_named(each)
        return check(namespace, only=only, **options)
    except UsageError as error:
        print(f"gradproof: {error}\n\n{USAGE}")  # noqa: T201 - the notebook's own output
        return None


def _asked(line: str) -> tuple[list[str], dict[str, Any]]:
    """Names of contracts and options. The committed answers are the quickest, so they are the default."""
    words, only = iter(shlex.split(line)), []
    options: dict[str, Any] = {"oracle": "golden"}
    for word in words:
        if not word.startswith("-"):
            only.append(word)
            continue
        name, _, value = word.partition("=") if "=" in word and word.partition("=")[0] in OPTIONS else (word, "", "")
        if name not in OPTIONS:
            raise UsageError(f"there is no option {word}")
        value = value or next(words, "")
        if name == "--dialect":
            convention, _, choice = value.partition("=")
            options.setdefault("dialect", {})[convention] = choice
        elif name == "--cases":
            if not value.isdigit() or int(value) < 1:
                raise UsageError(f"--cases {value}: expected a number of 1 or more")
            options["cases"] = int(value)
        else:
            options[name.removeprefix("--")] = value
    return only, options
