"""Text that a submission had a hand in, made fit to show: bounded, without control characters."""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.spec.english_phrases import STATUS

if TYPE_CHECKING:
    from gradproof.conformance.checks.results import Status
    from gradproof.conformance.engine.places import Place

LINE, TEXT = 200, 2000  # characters of a name, of a message
ABOUT = "{name}: {words}"
COUNTED: Mapping[str, str] = {
    "passed": "{count} passed",
    "failed": "{count} failed",
    "errored": "{count} errored",
    "timed_out": "{count} timed out",
    "skipped": "{count} skipped",
    "inconclusive": "{count} inconclusive",
    "broken": "{count} broken",
}
MESSAGES = (*STATUS.values(), *COUNTED.values(), ABOUT)
BETWEEN = re.compile(r"(?<=[_.:+-])(?=[^_.:+-])")  # the words of a name
KEPT = "\n\t\u200c\u200d"  # not printed themselves; the last two are part of how some languages are written


def plain(text: str, limit: int = TEXT) -> str:
    """At most ``limit`` characters; what is not printed, but for line breaks and tabs, is written as an escape."""
    shown = spelled_out(text[:limit].replace("\r\n", "\n"))
    cut = len(text) > limit or len(shown) > limit
    return t("{text}… (cut off)", text=shown[:limit]) if cut else shown


def spelled_out(text: str) -> str:
    """A text in which what is not printed, but for line breaks and tabs, is an escape."""
    return text if text.isprintable() else "".join(map(_printed, text))


def one_line(text: str, limit: int = LINE) -> str:
    """As :func:`plain`, on one line."""
    return plain(" ".join(text[: 10 * limit].split()), limit)


def names(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the text."""
    return not set(words).isdisjoint(re.findall(r"\w+", text))


def number(value: float) -> str:
    """Points as one reads them: ``7.5``, ``29.67``."""
    return f"{round(value, 2):.10g}"


def shown(value: float) -> float:
    """Points for a service that shows them digit by digit: ``29.67``."""
    return round(value, 2)


def exact(value: float) -> str:
    """Points for a program, without the noise of adding them up: ``29.666667``."""
    return f"{round(value, 6):.10g}"


def unjudged(points: float) -> str:
    """Of points that nobody could judge: they are neither earned nor lost."""
    return t("{points} more points could not be judged, and are not lost", points=number(points))


def standing(place: tuple[str, "Place"]) -> str:
    """Where a function stands, or what it returns."""
    name, (file, line) = place
    value, _, function = name.rpartition(" of ")
    where = t("{name} in {file}, line {line}", name=function, file=file, line=line)
    return t("{value} of {where}", value=value, where=where) if value else where


def ended(status: "Status") -> str:
    """A status in words."""
    return t(STATUS[status])


def counted(status: "Status", count: int) -> str:
    """``3 failed``."""
    return t(COUNTED[status], count=count)


def out_of(some: object, every: object) -> str:
    """``3 of 4``."""
    return t("{some} of {every}", some=some, every=every)


def of_points(points: float, most: float) -> str:
    """``7.5 of 10 points``."""
    return t("{points} of {most} points", points=number(points), most=number(most))


def folded(name: str, width: int) -> str:
    """A name in lines no wider than that, broken between its words where it can be."""
    from rich.cells import cell_len

    made = [""]
    for word in BETWEEN.split(name):
        if made[-1] and cell_len(made[-1] + word) > width:
            made.append("")
        made[-1] += word
    return "\n".join(made)


def padded(text: str, width: int) -> str:
    """A text and the blanks that make it so wide on a terminal, where some characters take two places."""
    from rich.cells import cell_len

    return text + " " * max(width - cell_len(text), 0)


def _printed(character: str) -> str:
    seen = character.isprintable() or character in KEPT
    return character if seen else character.encode("unicode_escape").decode("ascii")
