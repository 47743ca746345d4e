"""An adapter that cannot put a case to a submission says so. Runs beside untrusted code."""

import re
from pathlib import Path
from traceback import walk_tb
from typing import NoReturn

MARK = "__declines_a_case__"
HERE = str(Path(*Path(__file__).parts[-4:]))  # the end of this file's path, wherever a copy of it lies
MOST = 300  # characters of a reason
DECLARED = str(Path("layer_styles", "declared.py"))  # what makes an adapter's functions of a declaration
NOT_SO = re.compile(r"positional arguments?\b|unexpected keyword argument|multiple values for argument")


class Declined(Exception):
    """The case is not for this submission; the text says why."""

    __declines_a_case__ = True


def decline(reason: str) -> NoReturn:
    """Leave out the case that an adapter's function is called for: it is counted, told with the reason, and not judged.

    Where the submission has given some of the case's values already, only what is left of it is not judged: an adapter
    whose backward declines has the forward judged alone.

    Raises:
        Declined: always. Only an adapter's own may leave out a case; from a submission it is an exception like others.
    """
    raise Declined(reason)


def reason_of(error: BaseException, adapter: str) -> str | None:
    """Why an adapter's file declined a case; None for any other error, and for one that was raised elsewhere."""
    if not adapter or not getattr(type(error), MARK, False):
        return None
    places = [frame.f_code for frame, _ in walk_tb(error.__traceback__)][-2:]
    if len(places) < 2 or (places[1].co_name, places[1].co_filename[-len(HERE) :]) != (decline.__name__, HERE):
        return None
    return str(error)[:MOST] if places[0].co_filename == adapter else None


def misfit_of(error: BaseException, adapter: str) -> str | None:
    """Why an adapter's own call cannot be made: what it calls takes other arguments; None for any other error."""
    if not adapter or not isinstance(error, TypeError) or not NOT_SO.search(str(error)):
        return None
    *_, last = (frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__))
    return str(error)[:MOST] if last == adapter or last.endswith(DECLARED) else None
