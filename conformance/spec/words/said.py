"""A sentence in English that keeps what it was made of, so that it can be told in another language at the very end.

Its template is the message of the catalogues: ``say("{name} is {got}", name="dx", got=0)``. Values that are sentences
themselves are told in that language too; names, numbers and whatever a submission says stay as they are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, reduce
from string import Formatter
from typing import Any, Self

SENTENCES = "{before}; {after}"
TEXTS = "{before} {after}"
NAMES = "{before}, {after}"
OWN = "{words}"
JOINTS = (SENTENCES, TEXTS, NAMES)


class Said(str):
    """A text, and its template and values; without values the template is the text."""

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any] | None = None) -> Self:
        """The text of a template of the catalogue."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values or {}
        return made

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]
        return self.template, self.values


MOST_TOLD = 50  # of one kind, of a submission that gives reason for thousands


def few(told: Sequence[str]) -> tuple[str, ...]:
    """As many of these as anybody reads, and how many more there are."""
    more = len(told) - MOST_TOLD
    return (*told[:MOST_TOLD], say("and {count} more", count=more)) if more > 0 else tuple(told)


def say(template: str, /, **values: Any) -> Said:
    """A sentence of the catalogues, of those values that its template names.

    The template is written out where this is called, or stands in a catalogue. Raises KeyError if a value is missing.
    """
    return Said(template, {name: values[name] for name in placeholders(template)} if values else None)


@cache
def placeholders(template: str) -> frozenset[str]:
    """The names of a template's values. Raises ValueError for what is no template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def parts(text: str) -> tuple[str, Mapping[str, Any]]:
    """Template and values of a text; somebody's own words are the value of a template that has nothing beside them."""
    return (text.template, text.values) if isinstance(text, Said) else (OWN, {"words": text}) if text else ("", {})


def joined(joint: str, parts: Iterable[str]) -> str:
    """Several texts as one, by one of JOINTS; what is empty is left out."""
    kept = [part for part in parts if part]
    return reduce(lambda before, after: Said(joint, {"before": before, "after": after}), kept) if kept else ""


def translated(text: str, catalogue: Callable[[str], str]) -> str:
    """A sentence by a catalogue, which gives a template's translation, or itself; any other text is as it is."""
    if not isinstance(text, Said):
        return text
    template = catalogue(text.template) if text.template else ""
    values = {name: translated(value, catalogue) if isinstance(value, Said) else value for name, value in _of(text)}
    return template.format(**values) if values else template


def holds(text: str, template: str) -> bool:
    """Whether a sentence of that template is, or stands in, a text."""
    if not isinstance(text, Said):
        return False
    return text.template == template or any(holds(value, template) for _, value in _of(text) if isinstance(value, str))


def without_values(text: str, instead: str) -> str:
    """A sentence with this in the place of what is not ours in it, which a text that is no sentence is as a whole."""
    if not isinstance(text, Said) or text.template == OWN:
        return instead if text else ""
    return Said(text.template, {name: _without(value, instead) for name, value in _of(text)})


def _without(value: Any, instead: str) -> Any:
    return without_values(value, instead) if isinstance(value, str) else value


def as_plain(text: Any) -> Any:
    """A sentence as plain data, fit for JSON; what is none of ours is itself."""
    if isinstance(text, Said):
        return {"say": text.template, "with": {name: as_plain(value) for name, value in sorted(_of(text))}}
    return text if text is None or isinstance(text, bool | int | float) else str(text)


def from_plain(english: str, plain: Any) -> str:
    """The sentence of plain data, if that is what makes this English one; else no more than the words."""
    try:
        made = _from_plain(plain)
    except (AttributeError, LookupError, TypeError, ValueError):
        return english
    return made if isinstance(made, Said) and made == english else english


def kept(text: str) -> Any:
    """A text as plain data with its English beside it, of which one is enough to be told; none of ours is itself."""
    return {"words": str(text), "said": as_plain(text)} if isinstance(text, Said) else text


def restored(plain: Any) -> Any:
    """What was kept."""
    return from_plain(plain["words"], plain["said"]) if isinstance(plain, dict) else plain


def _from_plain(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    return Said(plain["say"], {name: _from_plain(value) for name, value in plain["with"].items()})


def _of(text: Said) -> Iterable[tuple[str, Any]]:
    return text.values.items()
