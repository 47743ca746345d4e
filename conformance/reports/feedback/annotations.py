"""GitHub's workflow commands, which annotate the lines of a pull request: ``::error file=layers.py,line=31::...``.

GitHub shows ten of a kind for each step: so what only waits for something else has none.
"""

from collections.abc import Iterator

from gradproof.conformance.checks.results import Status
from gradproof.conformance.reports.sheets import Entry, Sheet

IN_WORDS = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = {**IN_WORDS, ":": "%3A", ",": "%2C"}


def of(told: Sheet, folder: str = "") -> str:
    """A command a line; ``folder`` leads from the repository's root to the submission."""
    return "".join(f"{line}\n" for line in _lines(told, folder))


def _lines(told: Sheet, folder: str) -> Iterator[str]:
    for entry in told.entries:
        if entry.status.is_bad or entry.status == Status.BROKEN:
            yield _command(_level(entry), entry.text(), _properties(entry, folder))
    words = "\n".join([told.summary, *told.remarks])
    yield _command("notice", words, {"title": told.submission})


def _level(entry: Entry) -> str:
    """What is not the code's fault, or only advisory, is a warning."""
    return "error" if entry.status.is_bad and entry.counts else "warning"


def _properties(entry: Entry, folder: str) -> dict[str, str]:
    place = {}
    if entry.place is not None:
        place = {"file": f"{folder}{entry.place[1].file}", "line": str(entry.place[1].line)}
    return {**place, "title": entry.name}


def _command(level: str, words: str, properties: dict[str, str]) -> str:
    told = ",".join(f"{name}={_escaped(value, IN_PROPERTIES)}" for name, value in properties.items())
    return f"::{level} {told}::{_escaped(words, IN_WORDS)}"


def _escaped(text: str, how: dict[str, str]) -> str:
    return "".join(how.get(character, character) for character in text)
