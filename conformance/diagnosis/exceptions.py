"""The mistakes that an exception tells by itself, whatever the contract."""

import re

from gradproof.conformance.checks.discretion import Words
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.spec.findings import Kind
from gradproof.conformance.spec.words.said import say

NAMELESS = ("NameError", "UnboundLocalError")
QUOTED = re.compile(r"'(\w+)'")
NAMED = (
    "Your code reads the name {name!r} that nothing has given a value; the error says in which line. Where is it given "
    "one, and is it spelt the same there?"
)
UNNAMED = (
    "Your code reads a name that nothing has given a value; the error says in which line. Where is it given one, and "
    "is it spelt the same there?"
)
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
