"""Where the links of the page lead: names that tell what is there."""

import re

from markupsafe import Markup, escape

from gradproof.conformance.reports.sheets import Entry, Sheet
from gradproof.conformance.reports.wording import BETWEEN

OTHER = re.compile(r"[^\w.-]+")


def anchors(sheets: "list[Sheet]") -> dict[int, str]:
    """The anchor of each student by their place, ``student-ann``; no two are the same."""
    made: dict[int, str] = {}
    for index, told in enumerate(sheets):
        name = f"student-{OTHER.sub('-', told.submission).strip('-')[:60] or index}"
        made[index] = name if name not in made.values() else f"{name}-{index}"
    return made


def breaking(name: str) -> Markup:
    """A name that a browser may break between its words, and nowhere else."""
    return Markup("<wbr>").join(escape(part) for part in BETWEEN.split(name))


def of_check(name: str) -> str:
    """The anchor of a check: ``check-batchnorm.forward``."""
    return f"check-{OTHER.sub('-', name)[:80]}"


def of_entry(student: str, entry: Entry) -> str:
    """The anchor of a check of a student."""
    return f"{student}-{OTHER.sub('-', entry.name)[:80]}"
