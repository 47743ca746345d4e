"""What a submission's process tells, piece by piece made fit to be believed: it may send anything.

Whatever is not as it should be raises a WireError, or one of the builtin errors that end the connection as well.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gradproof.conformance.harness import wire
from gradproof.conformance.harness.caller import Watch
from gradproof.conformance.spec import english
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.findings import FROM_OUTSIDE, Finding, Thing
from gradproof.conformance.spec.plain import from_plain, thing_from_plain
from gradproof.conformance.spec.values import MAX_ELEMENTS, described

MOST_WORDS = 1000  # characters of a text
MOST_SAID = 5000  # of a whole sentence
FACTS = ("count", "reason")  # that a worker may tell
NO_ERROR = "a malformed message: it is no error of a submission"


def text(told: object) -> str:
    """A text, bounded and without control characters."""
    return wire.plain(told, MOST_WORDS)


def texts(told: Mapping[str, str]) -> dict[str, str]:
    """Texts by name."""
    return {wire.plain(key): text(value) for key, value in dict(told).items()}


def arrays(told: Mapping[str, Array]) -> dict[str, Array]:
    """Arrays by name, none of which is too large to be right."""
    for array in told.values():
        if array.size > MAX_ELEMENTS:
            raise wire.WireError(english.thing(described(array)))
    return {wire.plain(name): array for name, array in told.items()}


def things(told: Mapping[str, object]) -> dict[str, Thing]:
    """Values that are no arrays, by name, each of which can be said."""
    made = {wire.plain(name): thing_from_plain(thing, text) for name, thing in dict(told).items()}
    for thing in made.values():
        english.thing(thing)
    return made


def watch(function: object, argument: object, moment: object) -> Watch:
    """When an argument was looked at."""
    return Watch(wire.plain(function), wire.plain(argument), wire.plain(moment))


def finding(told: Mapping[str, Any]) -> Finding:
    """What ended an exercise: of a kind that a worker may tell, without a word of where and for whom it counts."""
    try:
        made = from_plain(told, text)
        facts = tuple((name, value) for name, value in made.facts if name in FACTS)
        made = replace(made, contract="", check="", case="", secret=(), facts=facts)
        said = english.sentence(made)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise wire.WireError(NO_ERROR) from None
    if made.kind not in FROM_OUTSIDE or len(said) > MOST_SAID:
        raise wire.WireError(NO_ERROR)
    return made
