"""What is complained of in an assignment file: names that are not known, keys that are not there."""

from collections.abc import Callable, Collection, Iterable, Sequence

from pydantic_core import ErrorDetails

from gradproof.conformance.errors import words_of
from gradproof.conformance.spec.contracts import NO_CONTRACT, with_nearest
from gradproof.conformance.spec.words.said import say

NO_CHECK = "no check is called {name!r}"
NO_CONVENTION = "no convention is called {name!r}"
NOT_ASKED = "no contract of this assignment is called {name!r}"
NUMBER, WHOLE = "expected a number, not {given!r}", "expected a whole number, not {given!r}"
TIME = "expected a time such as 2026-10-05T23:59:00+02:00, not {given!r}"
EXPECTED = {  # by the kind that pydantic gives it
    "missing": "it is missing",
    "too_short": "it is empty",
    "literal_error": "expected {expected}, not {given!r}",
    "less_than_equal": "expected {le} or less, not {given!r}",
    "greater_than_equal": "expected {ge} or more, not {given!r}",
    "greater_than": "expected more than {gt}, not {given!r}",
    "finite_number": "expected a finite number, not {given!r}",
    "bool_type": "expected true or false, not {given!r}",
    "string_type": "expected a text in quotes, not {given!r}",
    "dict_type": "expected a table, not {given!r}",
    **dict.fromkeys(("float_type", "float_parsing"), NUMBER),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), WHOLE),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), TIME),
}
EITHER = "{before} or {last}"
MESSAGES = (NO_CHECK, NO_CONVENTION, NOT_ASKED, EITHER, *dict.fromkeys(EXPECTED.values()))
__all__ = ["NOT_ASKED", "NO_CHECK", "NO_CONTRACT", "NO_CONVENTION", "complaint", "reason_of", "require_known"]


def require_known(name: str, known: Iterable[str], otherwise: str) -> None:
    """Raise ValueError, with the name that may have been meant, for one that is not known."""
    names = list(known)
    if name not in names:
        raise ValueError(with_nearest(otherwise, name, names))


def reason_of(error: ErrorDetails) -> str:
    """What is wrong with a value, as a validator of ours says it, or by the kind of a complaint of pydantic's."""
    if error["type"] == "value_error":
        return words_of(error["ctx"]["error"])
    template = EXPECTED.get(error["type"])
    told = {name: _choices(each) if name == "expected" else each for name, each in error.get("ctx", {}).items()}
    return say(template, given=error["input"], **told) if template else error["msg"]


def _choices(told: str) -> str:
    """What pydantic lists as ``'a', 'b' or 'c'``, as a sentence of the catalogues."""
    before, between, last = told.rpartition(" or ")
    return say(EITHER, before=before, last=last) if between else told


def complaint(error: ErrorDetails, own: Collection[str], keys_of: Callable[[Sequence[str]], list[str]]) -> str:
    """What is wrong with a key; a key of the file itself that slipped into a table is told where it belongs.

    Args:
        error: as pydantic tells it.
        own: the keys of the file itself.
        keys_of: those that a table may have.
    """
    *tables, name = map(str, error["loc"])
    key, table = ".".join([*tables, name]), ".".join(tables)
    if tables and name in own:
        return say(
            "{key}: {name} is no key of [{table}]; write it above the first [table]", key=key, name=name, table=table
        )
    if error["type"] != "extra_forbidden":
        return say("{key}: {reason}", key=key, reason=reason_of(error))
    told = say(
        "{key} is not a key of [{table}]" if table else "{key} is not a key of an assignment", key=key, table=table
    )
    return with_nearest(told, name, keys_of(tables))
