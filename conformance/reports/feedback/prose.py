"""One student's feedback to read: as Markdown, for a pull request or an issue, and as plain text, for a mail."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from gradproof.conformance.checks.results import Status
from gradproof.conformance.grading.model import Header
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.sheets import Entry, Sheet, alike_of
from gradproof.conformance.reports.wording import ABOUT, one_line

PARTS = ("To mend", "Not judged for that", "Beside that")
MESSAGES = PARTS
MARKS = re.compile(r"[*_`\]#|~$]|\\(?=[!-/:-@\[-`{-~])")
AS_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "@\u200b"}  # by a space of no width, nobody is called


@dataclass(frozen=True)
class Markup:
    """How headings and items are written, and what becomes of a text that could be taken for them."""

    heading: Callable[[int, str], str]
    item: Callable[[str, str], str]
    plain: Callable[[str], str]


def markdown(told: Sheet, header: Header) -> str:
    """As GitHub, GitLab and Moodle take it. Nothing that a hand-in says becomes a link, a tag or a mention."""
    return _written(told, header, Markup(lambda level, text: f"{'#' * level} {text}", _bullet, _escaped))


def text(told: Sheet, header: Header) -> str:
    """As it can be mailed."""
    return _written(told, header, Markup(_underlined, _indented, str))


def _written(told: Sheet, header: Header, markup: Markup) -> str:
    return "\n".join(_lines(told, header, markup)) + "\n"


def _lines(told: Sheet, header: Header, markup: Markup) -> Iterator[str]:
    plain = markup.plain
    yield markup.heading(1, plain(f"{one_line(header.assignment) or 'gradproof'}: {told.submission}"))
    yield from ("", plain(told.summary))
    if told.notes:
        yield ""
        yield from (markup.item(t("note"), plain(note)) for note in told.notes)
    for title, entries in _parts(told):
        yield from ("", markup.heading(2, t(title)))
        for alike in alike_of(entries):
            yield from ("", markup.heading(3, plain(alike.title)), "")
            yield from (markup.item(label, plain(words)) for label, words in alike.lines)
    right = [entry.name for entry in told.entries if entry.status == Status.PASSED]
    if right:
        yield from ("", markup.heading(2, t("Right")), "", plain(", ".join(right)))
    if told.concealed:
        yield from ("", t("There are hidden tests, and they count in the score."))


def _parts(told: Sheet) -> Iterator[tuple[str, list[Entry]]]:
    """What to mend, what waits for that, and what costs nothing; each only if there is any of it."""
    rest = [entry for entry in told.entries if entry.status != Status.PASSED]
    lost = [entry for entry in rest if not entry.is_met and entry.status != Status.SKIPPED]
    waiting = [entry for entry in rest if not entry.is_met and entry.status == Status.SKIPPED]
    free = [entry for entry in rest if entry.is_met]
    parts = zip(PARTS, (lost, waiting, free), strict=True)
    return ((title, entries) for title, entries in parts if entries)


def _bullet(label: str, text: str) -> str:
    return "- " + t(ABOUT, name=f"**{label}**", words=text.replace("\n", "  \n  "))


def _underlined(level: int, text: str) -> str:
    return text if level > 2 else f"{text}\n{'=-'[level - 1] * min(cell_len(text), 72)}"


def _indented(label: str, text: str) -> str:
    return "  " + t(ABOUT, name=label, words=text.replace("\n", "\n    "))


def _escaped(text: str) -> str:
    marked = MARKS.sub(lambda found: f"\\{found[0]}", text)
    return "".join(AS_HTML.get(character, character) for character in marked)
