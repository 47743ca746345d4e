"""A file that is judged again whenever it is saved: only what changed."""

import ast
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gradproof.conformance.api.judging import Run, check
from gradproof.conformance.errors import UsageError, words_of
from gradproof.conformance.reports.languages.speaking import by_environment, t, tell
from gradproof.conformance.reports.wording import ABOUT
from gradproof.conformance.spec.contracts import all_contracts

SECONDS = 0.5  # between two looks
UNREADABLE = "{name} cannot be read: {reason}"
MESSAGES = (UNREADABLE,)

Parts = dict[str, str]  # what a file defines -> how; "" is all the rest


@dataclass
class Watched:
    """A file, and what it was when it was last judged.

    Args:
        path: a Python file.
        only: names of contracts, or patterns; none means all.
        options: as for :func:`gradproof.check`.
    """

    path: Path
    only: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    parts: Parts | None = None

    def look(self) -> Run | str | None:
        """Judge what changed since the last look: a run, or why there is none; None if nothing did."""
        try:
            parts = parts_of(self.path.read_text(encoding="utf-8"))
        except SyntaxError as error:
            parts = {"": f"line {error.lineno}: {error.msg}"}
            where = t("line {line}: {message}", line=error.lineno, message=error.msg)
            told: Run | str | None = None if parts == self.parts else t(ABOUT, name=self.path.name, words=where)
        except OSError as error:
            parts = {"": str(error.strerror)}
            told = None if parts == self.parts else t(UNREADABLE, name=self.path.name, reason=error.strerror)
        else:
            told = self._judged(parts)
        self.parts = parts
        return told

    def _judged(self, parts: Parts) -> Run | str | None:
        only = self.only if self.parts is None else changed(self.parts, parts)
        if self.parts is not None and not only:
            return None
        try:
            return check(self.path, only=only, **self.options)
        except UsageError as error:
            return None if self.only and self.parts is not None else tell(words_of(error))


def parts_of(source: str) -> Parts:
    """What each function and class of a source is, whatever its comments and blank lines are."""
    tree = ast.parse(source)
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    rest = [node for node in tree.body if node not in named]
    return {**{node.name: ast.dump(node) for node in named}, "": "".join(map(ast.dump, rest))}


def changed(before: Parts, now: Parts) -> tuple[str, ...]:
    """The contracts that a change is about: those whose functions changed; all, if what they may share did."""
    names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    functions = {row.name: {function.name.partition(".")[0] for function in row.functions} for row in all_contracts()}
    if names - set().union(*functions.values()):
        return tuple(name for name, own in functions.items() if own & now.keys())
    return tuple(name for name, own in functions.items() if own & names & now.keys())


def watch(watched: Watched, show: Callable[[Run | str], None], ended: threading.Event) -> threading.Thread:
    """Look again and again, in a thread of its own, until that is ended; what there is to see is shown."""

    def looking() -> None:
        with by_environment():  # which is another thread's
            while not ended.wait(SECONDS):
                if (told := watched.look()) is not None:
                    show(told)

    thread = threading.Thread(target=looking, name=f"gradproof --watch {watched.path.name}", daemon=True)
    thread.start()
    return thread
