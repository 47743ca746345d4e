"""What click says itself, of wrong usage above all, in the reader's language; and which language that is.

Click looks its own words up by gettext, under the name ``_`` or ``ngettext`` in each of its modules. While a command
runs, these are our catalogues. What they lack, as words of a newer click, is English.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise, takewhile

import click

from gradproof.conformance.reports.languages.speaking import LANGUAGES, of_environment, tell
from gradproof.conformance.spec.words.said import Said

OPTION = "--lang"
PARTS = ("core", "decorators", "exceptions", "formatting", "parser", "types")
MESSAGES = (
    "Usage:",
    "Options",
    "Commands",
    "Show this message and exit.",
    "Show the version and exit.",
    "default: {default}",
    "required",
    "Missing command.",
    "Missing argument",
    "Missing option",
    "Missing parameter",
    "Missing parameter: {param_name}",
    "Choose from:\n\t{choices}",
    "Did you mean {possibility}?",
    "(Did you mean one of: {possibilities}?)",
    "(Possible options: {possibilities})",
    "No such option {name!r}.",
    "No such option: {name}",
    "No such command {name!r}.",
    "Invalid value: {message}",
    "Invalid value for {param_hint}: {message}",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Option {name!r} does not take a value.",
    "Option {name!r} requires an argument.",
    "Argument {name!r} takes {nargs} values.",
    "{value!r} is not one of {choices}.",
    "{value!r} is not {choice}.",
    "{value} is not in the range {range}.",
    "{value!r} is not a valid {number_type}.",
)


@contextmanager
def click_speaks() -> Iterator[None]:
    """Have click say its words in the language that is spoken, until the block ends."""
    ours: Mapping[str, Callable[..., str]] = {"_": _one, "ngettext": _one_or_many}
    modules = [sys.modules[f"{click.__name__}.{part}"] for part in PARTS]
    before = [(module, name, vars(module)[name]) for module in modules for name in ours if name in vars(module)]
    for module, name, _ in before:
        setattr(module, name, ours[name])
    try:
        yield
    finally:
        for module, name, theirs in before:
            setattr(module, name, theirs)


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that a command line asks for, wherever ``--lang`` stands in it; else that of the environment."""
    words = list(takewhile(lambda word: word != "--", arguments))
    given = [after for word, after in pairwise(words) if word == OPTION]
    given += [word.partition("=")[2] for word in words if word.startswith(f"{OPTION}=")]
    return next((each for each in given if each in LANGUAGES), "") or of_environment(environment)


def _one(message: str) -> str:
    return tell(Said(message))


def _one_or_many(one: str, many: str, count: int) -> str:
    return _one(one if count == 1 else many)
