"""Lines of a width on a terminal, of a text that need not have blanks between its words."""

import re

OPENING = "\\[\uff08\u3010\u300a\u201c\u2018"  # brackets and quotation marks
CLOSING = "\\]\uff0c\u3002\uff1b\uff1a\u3001\uff01\uff1f\uff09\u3011\u300b\u201d\u2019\u2026"  # and stops
WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
UNIT = re.compile(
    rf"\s+|[{OPENING}]*(?:[^\s{WIDE}{OPENING}{CLOSING}]+|(?![{OPENING}{CLOSING}])[{WIDE}])[{CLOSING}]*|\S"
)


def lines(text: str, width: int) -> list[str]:
    """The text in lines no wider than that, but for a word that is wider itself.

    A line ends at a blank or beside a Chinese character, and none begins with a mark that closes or ends with one that
    opens.
    """
    from rich.cells import cell_len

    made = [""]
    for unit in UNIT.findall(text):
        if made[-1] and cell_len(f"{made[-1]}{unit}".rstrip()) > width:
            made.append("")
        made[-1] += unit if made[-1] else unit.lstrip()
    return [line.rstrip() for line in made]
