"""Text that a submission had a hand in, made fit to show: bounded, without control characters, without answers."""

import re
from collections.abc import Iterable

LINE, TEXT = 200, 2000  # characters of a name, of a message
KEPT = "\n\t\u200c\u200d"  # not printed themselves; the last two are part of how some languages are written
LEFT_OUT = "…"

CASE_ID = re.compile(r"\b[A-Za-z_]\w*/\d+/\d+(/[a-z0-9_=,]+)?")
SEED = re.compile(r"\b(seed\w*\W{1,3})\d+", re.IGNORECASE)
LIST_OF_VALUES = re.compile(r"(?<![\w\]])\[[-+\d.,\se]+\]")
NUMBER = re.compile(r"(?<![\w.])[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?(?!\.?\w)", re.IGNORECASE)
TELLING_DIGITS, LONG_INTEGER = 4, 6


def plain(text: str, limit: int = TEXT) -> str:
    """At most ``limit`` characters; what is not printed, but for line breaks and tabs, is written as an escape."""
    shown = "".join(map(_printed, text[:limit].replace("\r\n", "\n")))
    cut = len(text) > limit or len(shown) > limit
    return f"{shown[:limit]}{LEFT_OUT} (cut off)" if cut else shown


def one_line(text: str, limit: int = LINE) -> str:
    """As :func:`plain`, on one line."""
    return plain(" ".join(text[: 10 * limit].split()), limit)


def without_answers(text: str) -> str:
    """A message without what would tell a student the cases: ids, seeds, lists of values, numbers of many digits."""
    text = text[: 2 * TEXT]
    for pattern, told in ((CASE_ID, LEFT_OUT), (SEED, rf"\g<1>{LEFT_OUT}"), (LIST_OF_VALUES, f"[{LEFT_OUT}]")):
        text = pattern.sub(told, text)
    return NUMBER.sub(lambda match: LEFT_OUT if _is_telling(match[0]) else match[0], text)


def names(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words stands in the text."""
    return not set(words).isdisjoint(re.findall(r"\w+", text))


def number(value: float) -> str:
    """Points without the noise of adding them up: ``7.5``."""
    return f"{round(value, 6):.10g}"


def _printed(character: str) -> str:
    seen = character.isprintable() or character in KEPT
    return character if seen else character.encode("unicode_escape").decode("ascii")


def _is_telling(text: str) -> bool:
    mantissa, _, exponent = text.lower().lstrip("+-").partition("e")
    if "." in mantissa or exponent:
        return len(mantissa.replace(".", "").strip("0")) >= TELLING_DIGITS
    return len(mantissa) >= LONG_INTEGER
