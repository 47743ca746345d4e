"""In a notebook: ``%load_ext gradproof``, then ``%%gradproof batchnorm`` above a cell that defines the functions."""

import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from typing import Any

from gradproof.conformance.api.judging import Run, check
from gradproof.conformance.api.watching import Watched, watch
from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.reports.languages.speaking import by_environment, t
from gradproof.conformance.spec.contracts import all_contracts, contract_named, visiting
from gradproof.conformance.spec.open_row.files import declared_in, known
from gradproof.conformance.spec.words.said import say

USAGE = """\
%%gradproof [CONTRACT ...]   run the cell, then judge what it and the notebook define
%gradproof [CONTRACT ...]    judge what the notebook defines
%gradproof --watch FILE      judge a file, now and whenever it is saved: only what changed; --watch off ends it

Options: --dialect NAME=VALUE, --assignment FILE, --contracts FILE, --oracle torch|golden, --cases N."""
OPTIONS = ("--dialect", "--assignment", "--contracts", "--oracle", "--cases", "--watch")
OFF = "off"
COMPLAINT = "gradproof: {problem}"
MESSAGES = (USAGE, COMPLAINT)


def register(shell: Any) -> None:
    """Give an IPython shell the magic ``gradproof``, for a line and for a cell."""
    watches = [threading.Event()]

    def gradproof(line: str, cell: str | None = None) -> Run | None:
        if "--watch" in line:
            watches.pop().set()
            watches.append(threading.Event())
            watching(line, watches[0])
            return None
        if cell is not None and not shell.run_cell(cell).success:
            return None  # the cell's own error is on the page
        return judged(line, shell.user_ns)

    shell.register_magic_function(gradproof, "line_cell", "gradproof")


def watching(line: str, ended: threading.Event) -> None:
    """Show what a file is found to be, and show it anew when it is saved."""
    with _told():
        only, options = _asked(line)
        file = options.pop("watch")
        if file == OFF:
            return
        if not Path(file).is_file():
            raise UsageError(say("--watch {file}: there is no such file", file=file))
        watched = Watched(Path(file), tuple(only), options)
        show = _shown_in_place()
        show(watched.look() or t("{file}: nothing to judge", file=file))
        watch(watched, show, ended)


class Judging:
    """What stands there until there is something to see."""

    def __repr__(self) -> str:
        with by_environment():
            return t("gradproof: judging")


def _shown_in_place() -> Callable[[Run | str], None]:
    """Shows one thing after the other in the place of the first."""
    handle = import_module("IPython.display").DisplayHandle()
    handle.display(Judging())
    return lambda told: handle.update(
        {"text/plain": told} if isinstance(told, str) else told, raw=isinstance(told, str)
    )


def judged(line: str, namespace: dict[str, Any]) -> Run | None:
    """What a magic's line asks for; a complaint about the line is printed, not raised."""
    with _told(), visiting():
        only, options = _asked(line)
        known((*options.get("contracts", ()), *(each for found in declared_in(namespace) for each in found)))
        for each in only:
            if not any(fnmatchcase(row.name, each) for row in all_contracts()):
                contract_named(each)
        return check(namespace, only=only, **options)
    return None


@contextmanager
def _told() -> Iterator[None]:
    """What is told is told in the language of the environment; a complaint about the line with what a line may be."""
    with by_environment():
        try:
            yield
        except UsageError as error:
            print(f"{t(COMPLAINT, problem=words_of(error))}\n\n{t(USAGE)}")  # noqa: T201 - the notebook's own output


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
            raise UsageError(say("there is no option {word}", word=word))
        value = value or next(words, "")
        if name == "--dialect":
            convention, _, choice = value.partition("=")
            options.setdefault("dialect", {})[convention] = choice
        elif name == "--contracts":
            options.setdefault("contracts", []).append(value)
        elif name == "--cases":
            if not value.isdigit() or int(value) < 1:
                raise UsageError(say("--cases {value}: expected a number of 1 or more", value=value))
            options["cases"] = int(value)
        else:
            options[name.removeprefix("--")] = value
    return only, options
