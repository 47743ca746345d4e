"""What a submission brings beside its code: files that it reads by their names alone."""

from contextlib import suppress
from itertools import islice
from pathlib import Path

MOST_LINKED = 200


def put_at_hand(submission: Path) -> None:
    """Behind a wall, where this process is in an empty folder that it may write to, let it find there what it brings.

    Its author runs it in its own folder, to which nothing may be written here.
    """
    here = Path.cwd()
    if not submission.is_dir() or any(here.iterdir()):
        return
    others = (each for each in sorted(submission.iterdir()) if each.suffix != ".py")
    for each in islice(others, MOST_LINKED):
        with suppress(OSError):
            (here / each.name).symlink_to(each)
