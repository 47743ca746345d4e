"""What a submission's process tells, made fit to be believed, an event at a time: it may send anything.

Whatever is not as it should be raises a WireError, which ends the connection. What passes has the types that are
declared here, and only names that the contract knows: the rest is dropped.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from gradproof.conformance.harness import wire
from gradproof.conformance.harness.caller import Observed, Watch
from gradproof.conformance.harness.loader import Inventory
from gradproof.conformance.spec import english
from gradproof.conformance.spec.cases import Array
from gradproof.conformance.spec.contract import Contract
from gradproof.conformance.spec.findings import Finding, Kind, Raised, Thing
from gradproof.conformance.spec.plain import from_plain, thing_from_plain
from gradproof.conformance.spec.values import MAX_ELEMENTS, described
from gradproof.conformance.spec.words.said import few
from gradproof.conformance.spec.words.sent import received

MOST_WORDS = 1000  # characters of a text
MOST_SAID = 5000  # of a whole sentence
MOST_CODE = 10_000  # of a line of a replay script
MOST_NAMES = 2000  # of observations
MOST = 1 << 53  # of a count, or of a side of an array
WATCHED = re.compile(r"watched \d{1,6}")
SAYS_NOTHING = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
NO_ERROR = "a malformed message: it is no error of a submission"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_number_or_none(value: object) -> bool:
    return value is None or _is_number(value)


def _is_thing(value: object) -> bool:
    return isinstance(value, Thing) and all(map(_is_number, (*value.shape, value.length)))


def _is_exception(value: object) -> bool:
    return isinstance(value, Raised) and _is_number_or_none(value.line)


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _is_shape(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_number, value))


_HELD = {"got": _is_thing, "expected": _is_text, "count": _is_number_or_none}
TELLS: Mapping[Kind, Mapping[str, Callable[[object], bool]]] = {  # what a worker may tell, and what belongs to it
    Kind.MISSING: {"expected": _is_text},
    Kind.UNAVAILABLE: {"reason": _is_text},
    Kind.SIGNATURE: {"got": _is_text, "expected": _is_text, "reason": _is_text},
    Kind.RETURNS: {"got": _is_thing, "expected": _are_texts, "count": _is_number},
    Kind.RETURNS_AS: _HELD,
    Kind.HOLDS: _HELD,
    Kind.GAVE: _HELD,
    Kind.LEFT: _HELD,
    Kind.PARAMETERS: {"got": _are_texts, "expected": _are_texts},
    Kind.UNFILLED: {"got": _are_texts, "expected": _are_texts},
    Kind.LACKS_GRADIENT: {"near": _is_text},
    Kind.MADE_SHAPE: {"got": _is_shape, "expected": _is_shape},
    Kind.MADE_DTYPE: {"got": _is_text, "expected": _is_text},
    Kind.NO_DROPOUT_CALL: {},
    Kind.NO_LOSS_ASKED: {},
    Kind.CHANGES_SHAPE: {},
    Kind.IS: {"got": _is_thing},
    Kind.RAISED: {"exception": _is_exception},
    Kind.HARNESS: {"exception": _is_exception},
    Kind.EXITED: {"got": _is_text},
    Kind.BARRED: {},
    Kind.DECLINED: {"reason": _is_text},
}
FIELDS = ("expected", "got", "exception")  # of a finding, of which a worker may tell; the rest of TELLS are facts


@dataclass(frozen=True)
class Event:
    """One event of an answer: a function that is called, or nothing but what was observed since the last; or the end.

    Args:
        function: the one that is called now, of the contract's; empty if that is not what it tells.
        arrays: what was observed.
        things: observations that are no arrays.
        end: what else the last event tells.
    """

    function: str = ""
    arrays: Mapping[str, Array] = field(default_factory=dict)
    things: Mapping[str, Thing] = field(default_factory=dict)
    end: "End | None" = None


@dataclass(frozen=True)
class End:
    """What the last event of an answer tells beside observations."""

    error: Finding | None
    printed: int = 0
    watched: Mapping[str, Watch] = field(default_factory=dict)  # by the name of the array
    parameters: Mapping[Watch, Mapping[str, object]] = field(default_factory=dict)
    script: tuple[str, ...] = ()

    def observed(self, arrays: Mapping[str, Array], things: Mapping[str, Thing]) -> Observed:
        """All of an answer, whose arrays are observations and what was watched."""
        with believing():
            watched = {key: arrays[name] for name, key in self.watched.items()}
        own = {name: array for name, array in arrays.items() if not WATCHED.fullmatch(name)}
        return Observed(own, things, self.error, self.printed, watched, self.parameters, self.script)


@contextmanager
def believing() -> Iterator[None]:
    """Whatever a wrong type, a missing field or an absurd number ends in is a WireError."""
    try:
        yield
    except wire.WireError:
        raise
    except SAYS_NOTHING as error:
        raise wire.WireError(f"a malformed message: {type(error).__name__}") from None


def event(message: wire.Message, contract: Contract) -> Event:
    """An event of an exercise of the contract's functions."""
    with believing():
        header = message.header
        told = {name: each for name, each in dict(header["oddities"]).items() if contract.is_expected(name)}
        things = {text(name): _thing(each) for name, each in told.items()}
        for array in message.arrays.values():
            if array.dtype.kind == "b":
                raise wire.WireError("a malformed message: an observation is a number")
            if array.size > MAX_ELEMENTS:
                raise wire.WireError(english.thing(described(array)))
        arrays = {
            name: array
            for name, array in message.arrays.items()
            if contract.is_expected(name) or WATCHED.fullmatch(name)
        }
        match header["event"]:
            case "calling":
                return Event(function_of(contract, header["function"]), arrays, things)
            case "observed":
                return Event("", arrays, things)
            case "done":
                return Event("", arrays, things, _end(header, contract))
    raise wire.WireError("a malformed message: it is no event")


def outcome(message: wire.Message, contract: Contract, count: int) -> Event:
    """An event of a probe: the end of it has ``count`` values of the objective, or an error."""
    with believing():
        match message.header["event"]:
            case "calling":
                return Event(function_of(contract, message.header["function"]))
            case "done":
                error = _error(message.header["error"], contract)
                if error is None and message.arrays["value"].shape[:1] != (count,):
                    raise wire.WireError(f"a malformed message: {count} outputs were expected")
                return Event("", message.arrays, {}, End(error))
    raise wire.WireError("a malformed message: it is no event")


def text(told: object) -> str:
    """A text, bounded and without control characters."""
    return wire.plain(told, MOST_WORDS)


def texts(told: Mapping[str, str]) -> dict[str, str]:
    """Texts by name."""
    return {wire.plain(key): text(value) for key, value in dict(told).items()}


def inventory(told: Mapping[str, Any]) -> Inventory:
    """What the submission offers, and what is said of its files."""
    with believing():
        functions, parameters = texts(told["functions"]), texts(told["parameters"])
        absent, given = (tuple(map(text, told[name])) for name in ("absent", "handed_out"))
        broken = {wire.plain(name): received(why, text) for name, why in dict(told["broken"]).items()}
        problems = tuple(received(each, text) for each in told["problems"])
        if any(len(each) > MOST_SAID for each in (*problems, *broken.values())):
            raise wire.WireError("a malformed message: a sentence is too long")
        return Inventory(functions, few(problems), broken, absent, given, parameters)


def finding(told: Mapping[str, Any]) -> Finding:
    """What ended an exercise: of a kind that a worker may tell, without a word of where and for whom it counts."""
    try:
        made = from_plain(told, text)
        belongs = TELLS[made.kind]
        facts = tuple((name, value) for name, value in made.facts if name in belongs)
        told_more: dict[str, Any] = {name: None for name in FIELDS if name not in belongs}
        made = replace(made, contract="", check="", case="", error=None, secret=(), facts=facts, **told_more)
        is_whole = all(
            fits(getattr(made, name) if name in FIELDS else made.get(name)) for name, fits in belongs.items()
        )
        is_short = len(english.sentence(made)) <= MOST_SAID
    except SAYS_NOTHING:
        raise wire.WireError(NO_ERROR) from None
    if not is_whole or not is_short:
        raise wire.WireError(NO_ERROR)
    return made


def function_of(contract: Contract, name: object) -> str:
    """A function of the contract: the one of that name, or its first."""
    return next((f.name for f in contract.functions if f.name == name), contract.functions[0].name)


def _end(header: Mapping[str, Any], contract: Contract) -> End:
    printed, script = header["printed"], header["script"]
    watched = {name: _watch(*key) for name, key in dict(header["watched"]).items() if WATCHED.fullmatch(name)}
    parameters = {_watch(*key): _options(told) for *key, told in header["parameters"]}
    if not _is_number(printed) or not isinstance(script, list) or len(parameters) + len(watched) > MOST_NAMES:
        raise wire.WireError("a malformed message: it is no end of a case")
    lines = tuple(wire.plain_lines(line, MOST_CODE) for line in script)
    return End(_error(header["error"], contract), printed, watched, parameters, lines)


def _error(told: Mapping[str, Any] | None, contract: Contract) -> Finding | None:
    made = None if told is None else finding(told)
    return made and replace(made, function=function_of(contract, made.function))


def _thing(told: object) -> Thing:
    made = thing_from_plain(told, text)
    if not _is_thing(made) or len(english.thing(made)) > MOST_SAID:
        raise wire.WireError("a malformed message: it describes no value")
    return made


def _watch(function: object, argument: object, moment: object) -> Watch:
    """When an argument was looked at."""
    return Watch(wire.plain(function), wire.plain(argument), wire.plain(moment))


def _options(told: object) -> dict[str, object]:
    """A dictionary of parameters as it was seen: plain values by name."""
    made = {wire.plain(name): value for name, value in dict(told).items()}  # type: ignore[call-overload]
    if not all(value is None or isinstance(value, str | int | float) for value in made.values()):
        raise wire.WireError("a malformed message: they are no parameters")
    return made
