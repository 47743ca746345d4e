"""The words of a command line as they were typed: none is empty, and one may name a file that cannot be opened."""

import os
from collections.abc import Sequence
from itertools import pairwise

from gradproof.conformance.errors import UsageError, is_of_the_machine
from gradproof.conformance.reports.languages.speaking import t

MAY_BE_EMPTY = ("--hidden",)  # lists: a network may have no hidden layer
MOST_SHOWN = 100  # characters of a name


def require_words(words: Sequence[str]) -> None:
    """Raise UsageError for a word that is empty, as the shell leaves it of a variable that is not set."""
    for before, word in pairwise(("gradproof", *words)):
        option, sign, value = word.partition("=")
        if (option if sign else before) in MAY_BE_EMPTY:
            continue
        if not word or (option.startswith("--") and sign and not value):
            raise UsageError(t("what stands after {before} is empty; is a variable not set?", before=option or before))


def not_opened(error: Exception, words: Sequence[str]) -> str:
    """What is told of a file that a word names and that cannot be opened; nothing if it is the machine that fails."""
    if not isinstance(error, OSError) or is_of_the_machine(error) or not isinstance(error.filename, str):
        return ""
    values = (word.partition("=")[2] if word.startswith("--") and "=" in word else word for word in words)
    meant = os.path.realpath(error.filename)
    named = next((value for value in values if os.path.realpath(value) == meant), "")
    return t("{path}: {reason}", path=named[:MOST_SHOWN], reason=error.strerror) if named else ""
