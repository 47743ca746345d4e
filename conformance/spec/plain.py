"""Findings as plain data, fit for JSON, and back. What comes from outside is checked, piece by piece."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from gradproof.conformance.spec.findings import Finding, Kind, Raised, Thing
from gradproof.conformance.spec.words.said import Said, kept, restored

MOST_PARTS = 2000  # of one list
MOST_DEPTH = 3  # findings that speak of findings
RECORDS: Mapping[str, type[Thing] | type[Raised]] = {"thing": Thing, "raised": Raised}
FIELDS = ("contract", "check", "function", "observation", "case")
Text = Callable[[object], str]
VALUES = ("expected", "got", "error", "exception")


def as_plain(finding: Finding) -> dict[str, Any]:
    """A finding as plain data; what is empty is left out."""
    texts = {name: str(text) for name in FIELDS if (text := getattr(finding, name))}
    values = {name: value for name in VALUES if (value := getattr(finding, name)) is not None}
    facts = {"secret": list(finding.secret), "facts": {name: _plain(value) for name, value in finding.facts}}
    return {"kind": str(finding.kind), **texts, **{name: _plain(value) for name, value in values.items()}, **facts}


def from_plain(fields: Mapping[str, Any], text: Text = str, depth: int = 0) -> Finding:
    """The finding of plain data. ``text`` makes every text of others fit to be shown; none is a sentence of ours.

    Raises:
        ValueError, KeyError, TypeError: if it is none.
    """
    if depth > MOST_DEPTH:
        raise ValueError("a finding that speaks of itself")
    return Finding(
        Kind(fields["kind"]),
        **{name: text(fields[name]) for name in FIELDS if name in fields},
        **{name: _value(fields[name], text, depth) for name in ("expected", "got", "error") if name in fields},
        exception=_exception(fields["exception"], text) if "exception" in fields else None,
        secret=tuple(map(text, fields.get("secret", ()))),
        facts=tuple((text(name), _value(value, text, depth)) for name, value in dict(fields.get("facts", {})).items()),
    )


def thing_from_plain(fields: object, text: Text) -> Thing:
    """What :func:`dataclasses.asdict` made of a Thing. Raises TypeError or ValueError if it is none."""
    thing = _record({"thing": fields}, text)
    if not isinstance(thing, Thing):
        raise TypeError("no description of a value")
    return thing


def _exception(fields: object, text: Text) -> Raised:
    made = _record(fields, text)
    if not isinstance(made, Raised):
        raise TypeError("no exception")
    return made


def _plain(value: Any) -> Any:
    match value:
        case Thing():
            return {"thing": asdict(value)}
        case Raised():
            return {"raised": asdict(value)}
        case Finding():
            return {"finding": as_plain(value)}
        case tuple():
            return [_plain(each) for each in value]
        case Said():
            return kept(value)
        case float() if not math.isfinite(value):
            return {"number": str(value)}
    return value


def _value(value: object, text: Text, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list) and len(value) <= MOST_PARTS:
        return tuple(_value(each, text, depth) for each in value)
    if isinstance(value, dict) and "words" in value:
        return restored(value) if text is str else text(value["words"])
    if isinstance(value, dict) and "number" in value:
        return float(value["number"])
    if isinstance(value, dict) and "finding" in value:
        return from_plain(value["finding"], text, depth + 1)
    return _record(value, text)


def _record(value: object, text: Text) -> Thing | Raised:
    if not isinstance(value, dict) or len(value) != 1:
        raise TypeError("no value of a finding")
    ((name, fields),) = value.items()
    made = RECORDS[name](**{key: _part(each, text) for key, each in dict(fields).items()})
    _require_types(made)
    return made


def _part(value: object, text: Text) -> Any:
    if isinstance(value, str):
        return text(value)
    return tuple(value) if isinstance(value, list) else value


def _require_types(made: Thing | Raised) -> None:
    """What is declared a text is one, and so on: a worker may send anything."""
    texts = (made.kind, made.type, made.dtype) if isinstance(made, Thing) else (made.type, made.text, made.file)
    numbers = (*made.shape, made.length) if isinstance(made, Thing) else (made.line or 0,)
    more = () if isinstance(made, Thing) else (made.unfilled, made.advice)
    if not all(isinstance(each, str) for each in (*texts, *more)) or not all(isinstance(n, int) for n in numbers):
        raise TypeError("no description of a value")
