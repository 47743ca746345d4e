"""The recorded score: what the last whole run said, from which the table of docs/figures.md is made."""

import json
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.power.render import BEGIN, with_table
from gradproof.conformance.power.score import Score, from_plain

FILE = Path(__file__).resolve().parent / "score.json"


def read(file: Path = FILE) -> Score:
    """The recorded score."""
    return from_plain(json.loads(file.read_text(encoding="utf-8")))


def text(score: Score) -> str:
    """JSON with one outcome a line, so that a change of a verdict is a change of its line."""
    plain = score.plain()
    outcomes = ",\n".join(json.dumps(each) for each in plain.pop("outcomes"))
    return f'{json.dumps(plain, indent=1).removesuffix("}").rstrip()},\n "outcomes": [\n{outcomes}\n]\n}}\n'


def publish(score: Score, readme: Path, file: Path = FILE) -> None:
    """Write the table into a page, and the score that it was made of beside this module.

    Raises UsageError if the page cannot be read, or has no markers.
    """
    try:
        before = readme.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--readme {readme} cannot be read: {error.strerror}") from None
    after = with_table(before, score)
    if after is None:
        raise UsageError(f"--readme {readme}: it has no line {BEGIN}")
    try:
        readme.write_text(after, encoding="utf-8")
        file.write_text(text(score), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--readme {readme}: {error.filename} cannot be written: {error.strerror}") from None
