"""Which language is spoken, and a text in it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

from gradproof.conformance.spec.words.said import joined, say, translated

ENGLISH, CHINESE = "en", "zh"
LANGUAGES: Mapping[str, str] = {ENGLISH: "en", CHINESE: "zh-CN"}  # by the name that one asks for: that of HTML
DOMAINS = ("gradproof", "commands", "hints")
ASKED_FIRST = ("LC_ALL", "LC_MESSAGES", "LANG")
TRADITIONAL = ("tw", "hk", "mo", "hant")  # which is another language to read

_SPOKEN: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Tell everything in a language, one of LANGUAGES, until the block ends."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def by_environment() -> AbstractContextManager[None]:
    """The same in the language that this process' environment asks for."""
    return speaking(of_environment(os.environ))


def spoken() -> str:
    """The language that is spoken now, as HTML names it."""
    return LANGUAGES[_SPOKEN.get()]


def t(template: str, /, **values: object) -> str:
    """A sentence of ours, which stands in our code as a template of the catalogues, in the language that is spoken."""
    return tell(say(template, **values))


def tell(text: str) -> str:
    """A text in the language that is spoken, if it is a sentence of ours; somebody's own words as they are."""
    language = _SPOKEN.get()
    return str(text) if language == ENGLISH else translated(text, catalogue(language).gettext)


def listed(joint: str, parts: Iterable[str]) -> str:
    """Texts put together as the language does it, by one of ``said.JOINTS``."""
    return tell(joined(joint, parts))


def of_environment(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for, as POSIX names it; English, if we have none such."""
    asked = next(filter(None, (environment.get(name, "") for name in ASKED_FIRST)), "")
    name, *parts = asked.partition(".")[0].partition("@")[0].lower().replace("-", "_").split("_")
    return name if name in LANGUAGES and not set(parts) & set(TRADITIONAL) else ENGLISH


@cache
def catalogue(language: str) -> NullTranslations:
    """The messages of a language; what it lacks is English."""
    found = NullTranslations()
    for domain in DOMAINS:
        file = files(__package__) / language / "LC_MESSAGES" / f"{domain}.mo"
        if file.is_file():
            with file.open("rb") as stream:
                found.add_fallback(GNUTranslations(stream))
    return found
