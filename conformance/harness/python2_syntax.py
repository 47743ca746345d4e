"""Syntax of another Python: Python 2's print statements can be read as calls; all else is recognised by its message.

Runs beside untrusted code.
"""

import ast
import re
import sys
import tokenize
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import decode_source

PRINT = re.compile(r"(?<![\w.])print\s+(?=[^\s=(])")
NEWER_TEXT = re.compile(r"^\s*(?:(?:def|class)\s+\w+\s*\[|type\s+\w+(?:\[.*\])?\s*=)")
QUOTED_AGAIN = re.compile(r"""\b[fF][rR]?(["'])[^"']*\{[^{}]*[\[(,]\s*\1""")  # the same quotes within an f-string's own
SINCE = (3, 12)  # is either of these Python
MAX_PRINTS = 200
PYTHON_2_TEXT = re.compile(r"<>|`|\b\d+[lL]\b|\bur['\"]|^\s*raise\s+[\w.]+\s*,")
PYTHON_2_MESSAGES = ("call to 'print'", "call to 'exec'", "leading zeros", "multiple exception types")


def parsed_as_old(source: bytes, path: str, most: int | None = None) -> ast.Module:
    """``print x`` becomes ``print(x)``, one after the other, for as long as the parser complains of such a line.

    Args:
        source: a file's.
        path: what it is called.
        most: bytes that are parsed for it, each as often as it is parsed again.

    Raises:
        SyntaxError: if it is no Python.
    """
    lines = decode_source(source).splitlines(keepends=True)
    for _ in range(MAX_PRINTS if most is None else min(most // max(len(source), 1), MAX_PRINTS)):
        try:
            return ast.parse("".join(lines), path)
        except SyntaxError as error:
            start = (error.lineno or 0) - 1
            found = PRINT.search(lines[start]) if 0 <= start < len(lines) else None
            if found is None:
                raise
            rest = [lines[start][found.end() :], *lines[start + 1 :]]
            row, column = _end_of_statement(rest)
            rest[row] = f"{rest[row][:column]}){rest[row][column:]}"
            lines[start:] = [f"{lines[start][: found.start()]}print({rest[0]}", *rest[1:]]
    return ast.parse("".join(lines), path)


def _end_of_statement(lines: Sequence[str]) -> tuple[int, int]:
    """The row and the column behind the last token of the first statement, comments left out."""
    end = (1, 0)
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.NEWLINE or token.string == ";":
                break
            end = end if token.type in (tokenize.COMMENT, tokenize.NL) else token.end
    return end[0] - 1, end[1]


def is_newer(error: SyntaxError) -> bool:
    """Whether the line at fault is of a Python that came later than this, as far as message and line tell."""
    line = error.text or ""
    is_nested = error.msg.startswith("f-string:") and QUOTED_AGAIN.search(line)
    return sys.version_info < SINCE and bool(is_nested or NEWER_TEXT.search(line))


def is_print(error: SyntaxError) -> bool:
    """Whether the line at fault has a print statement, as far as the line tells."""
    return PRINT.search((error.text or "").partition("#")[0]) is not None


def is_python_2(error: SyntaxError) -> bool:
    """Whether the line at fault is Python 2, as far as message and line tell."""
    line = (error.text or "").partition("#")[0]
    is_old_line = error.msg.startswith("invalid") and PYTHON_2_TEXT.search(line)
    return bool(is_old_line) or any(words in error.msg for words in PYTHON_2_MESSAGES)
