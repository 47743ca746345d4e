"""A ledger whose results are replaced as a whole, by those of another judgement."""

import json
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count
from pathlib import Path

from gradproof.conformance.engine.course import FILE, Course
from gradproof.conformance.errors import Broken, told
from gradproof.conformance.grading.course import roster
from gradproof.conformance.grading.ledger import lock
from gradproof.conformance.grading.model import HEADER, RESULTS, Graded, Header, to_line
from gradproof.conformance.grading.returned import store
from gradproof.conformance.spec.words.said import say

BEFORE = "before-regrade"  # what is replaced is kept under this name, and a number from the second time on


def applied(out: Path, header: Header, course: Course, submissions: Iterable[Graded]) -> Path:
    """Write the results, what is new of what came back, and the header. Raises Broken if that cannot be done.

    Gives where the results are that they replace.
    """
    try:
        with ExitStack() as files:
            lock(out, files)
            index = files.enter_context((out / store.INDEX).open("a", encoding="utf-8", newline="\n"))
            part = (out / RESULTS).with_suffix(".part")
            with part.open("w", encoding="utf-8", newline="\n") as results:
                for one in submissions:
                    store.keep(out, one.returned)
                    if one.returned:
                        index.write(store.line_of(one.submission, one.digest, one.returned))
                    results.write(to_line(one))
            before = _unused(out)
            for name in (RESULTS, HEADER, FILE):
                if (out / name).exists():
                    (out / f"{before}-{name}").write_bytes((out / name).read_bytes())
            roster.keep(course, out)
            new = out / f"{HEADER}.part"
            new.write_text(json.dumps(asdict(header), indent=1) + "\n", encoding="utf-8")
            part.replace(out / RESULTS)
            new.replace(out / HEADER)
    except OSError as error:
        raise Broken(say("{out} cannot be written: {reason}", out=out, reason=told(error))) from None
    return out / f"{before}-{RESULTS}"


def _unused(out: Path) -> str:
    """A name under which nothing is kept yet."""
    names = (BEFORE if number == 1 else f"{BEFORE}-{number}" for number in count(1))
    return next(name for name in names if not (out / f"{name}-{RESULTS}").exists())
