"""Text that a submission had a hand in, made fit to show: bounded, without control characters."""

import re
from collections.abc import Iterable

LINE, TEXT = 200, 2000  # characters of a name, of a message
KEPT = "\n\t\u200c\u200d"  # not printed themselves; the last two are part of how some languages are written
LEFT_OUT = "…"


def plain(text: str, limit: int = TEXT) -> str:
    """At most ``limit`` characters; what is not printed, but for line breaks and tabs, is written as an escape."""
    shown = spelled_out(text[:limit].replace("\r\n", "\n"))
    cut = len(text) > limit or len(shown) > limit
    return f"{shown[:limit]}{LEFT_OUT} (cut off)" if cut else shown


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


def exact(value: float) -> str:
    """Points for a program, without the noise of adding them up: ``29.666667``."""
    return f"{round(value, 6):.10g}"


def unjudged(points: float) -> str:
    """Of points that nobody could judge: they are neither earned nor lost."""
    return f"{number(points)} more points could not be judged, and are not lost"


def _printed(character: str) -> str:
    seen = character.isprintable() or character in KEPT
    return character if seen else character.encode("unicode_escape").decode("ascii")
