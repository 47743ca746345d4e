"""What is complained of in an assignment file: names that are not known, keys that are not there."""

from collections.abc import Callable, Collection, Iterable, Sequence

from pydantic_core import ErrorDetails

from gradproof.conformance.errors import words_of
from gradproof.conformance.spec.contracts import NO_CONTRACT, with_nearest
from gradproof.conformance.spec.words.said import say

NO_CHECK = "no check is called {name!r}"
NO_CONVENTION = "no convention is called {name!r}"
NOT_ASKED = "no contract of this assignment is called {name!r}"
MESSAGES = (NO_CHECK, NO_CONVENTION, NOT_ASKED)
__all__ = ["NOT_ASKED", "NO_CHECK", "NO_CONTRACT", "NO_CONVENTION", "complaint", "require_known"]


def require_known(name: str, known: Iterable[str], otherwise: str) -> None:
    """Raise ValueError, with the name that may have been meant, for one that is not known."""
    names = list(known)
    if name not in names:
        raise ValueError(with_nearest(otherwise, name, names))


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
        reason = words_of(error["ctx"]["error"]) if error["type"] == "value_error" else error["msg"]
        return say("{key}: {reason}", key=key, reason=reason)
    told = say(
        "{key} is not a key of [{table}]" if table else "{key} is not a key of an assignment", key=key, table=table
    )
    return with_nearest(told, name, keys_of(tables))
