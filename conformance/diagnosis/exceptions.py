"""The mistakes that an exception tells by itself, whatever the contract."""

from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.spec.findings import Kind

NAMELESS = ("NameError", "UnboundLocalError")
WORDS = (
    "Your code reads a name that nothing has given a value; the error says which, and in which line. "
    "Where is it given one, and is it spelt the same there?"
)


def undefined_name(result: Result) -> tuple[str, str] | None:
    """The name of the mistake and what to tell of it, if a name without a value ended the check."""
    first = result.findings[0] if result.findings else None
    if first is None or first.kind != Kind.RAISED or first.exception is None or result.status != Status.ERRORED:
        return None
    if first.exception.type not in NAMELESS:
        return None
    return f"{result.contract}:reads_an_undefined_name", WORDS
