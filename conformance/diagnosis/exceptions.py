"""The mistakes that an exception tells by itself, whatever the contract, and what it asks."""

import re

from gradproof.conformance.checks.discretion import Words
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.spec.findings import Kind
from gradproof.conformance.spec.words.said import say

NAMELESS = ("NameError", "UnboundLocalError")
QUOTED = re.compile(r"'(\w+)'")
LENGTH = re.compile(r"\w+\.shape\[\d+\]")
NAMED = (
    "Your code reads the name {name!r} that nothing has given a value; the error says in which line. Where is it given "
    "one, and is it spelt the same there?"
)
UNNAMED = (
    "Your code reads a name that nothing has given a value; the error says in which line. Where is it given one, and "
    "is it spelt the same there?"
)
LOST = "What becomes of an axis of length 1 there? np.squeeze that is told no axis takes each of them away."
MESSAGES = (NAMED, UNNAMED)


def undefined_name(result: Result) -> tuple[str, str] | None:
    """The name of the mistake and what to tell of it, if a name without a value ended the check."""
    first = result.findings[0] if result.findings else None
    if first is None or first.kind != Kind.RAISED or first.exception is None or result.status != Status.ERRORED:
        return None
    if first.exception.type not in NAMELESS:
        return None
    name = QUOTED.search(first.exception.text)
    told = say(NAMED, name=name[1]) if name else say(UNNAMED)
    return f"{result.contract}:reads_an_undefined_name", Words(told, say(UNNAMED))


def lost_axis(result: Result) -> str:
    """What is asked of code that raises where an axis is of length 1, and nowhere else; nothing of any other."""
    first = result.findings[0] if result.findings else None
    if first is None or first.kind != Kind.RAISED or result.status != Status.ERRORED:
        return ""
    name, value = first.get("shared") or ("", None)
    return say(LOST) if LENGTH.fullmatch(str(name)) and value == "1" else ""
