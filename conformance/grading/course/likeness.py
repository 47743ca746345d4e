"""Which hand-ins say the same: byte for byte, or once layout, comments and the names of variables are set aside.

Short functions everybody writes alike: in eleven public solutions of one course a function of 172 words, as counted
here, stood in two, and several of up to 135 in five. What is short is therefore compared byte for byte, and what is no
longer than one such function not at all. Neither what was handed out counts nor what nobody has begun.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from gradproof.conformance.harness.handout import handed_out
from gradproof.conformance.harness.loader import source_files
from gradproof.conformance.harness.python2_syntax import parsed_as_old
from gradproof.conformance.harness.source.reading import source_of
from gradproof.conformance.spec.contracts import function_names

MOST_READ = 1 << 18  # bytes of one hand-in's code: what is larger is compared byte for byte ...
MOST_COMPARED = 1 << 20  # ... and this not at all
MOST_PARSED = 1 << 21  # bytes, of one file whose print statements are read one after the other
NAMES = (ast.Name, ast.arg)
ASIDE = ("ctx", "kind", "type_comment", "annotation", "returns")  # fields that change nothing
TELLING, TELLING_IN_OTHER_NAMES = 200, 500  # words of a student's own, from which on it is no accident


class Result(Protocol):
    """What is asked of a graded submission here."""

    @property
    def submission(self) -> str: ...  # noqa: D102
    @property
    def likeness(self) -> str: ...  # noqa: D102
    @property
    def score(self) -> float: ...  # noqa: D102
    @property
    def is_unmade(self) -> bool: ...  # noqa: D102


def likeness(path: Path) -> str:
    """A digest that hand-ins share which say the same; nothing if they are too short or too large for that to tell.

    Names are numbered as they come, function by function; those of functions, classes and attributes stay.
    """
    files = list(source_files(path))
    try:
        size = sum(file.stat().st_size for file in files)
        sources = sorted(map(source_of, files)) if size <= MOST_COMPARED else []
    except OSError:
        return ""
    if size > MOST_READ:
        return _digest(sources) if sources else ""
    try:
        return _likeness(sources, [_parsed(source) for source in sources])
    except (ValueError, RecursionError, MemoryError):  # nested deeper than is told apart
        return _digest(sources)


def alike(submissions: Iterable[Result]) -> dict[str, tuple[str, ...]]:
    """The others that a submission equals, by name. Those that earned nothing, as a hand-out does, are left out."""
    groups: dict[str, list[str]] = {}
    for one in submissions:
        if one.score and one.likeness:
            groups.setdefault(one.likeness, []).append(one.submission)
    return {name: tuple(sorted({*names} - {name})) for names in groups.values() if len(names) > 1 for name in names}


def _likeness(sources: Sequence[bytes], trees: Sequence[ast.Module]) -> str:
    dumped: dict[ast.stmt, str] = {node: _dumped(node) for tree in trees for node in tree.body if not _is_text(node)}
    words = _own_words(sources, trees, dumped)
    if words < TELLING:
        return ""
    if words < TELLING_IN_OTHER_NAMES:
        return _digest(sources)
    parts = zip(sources, trees, strict=True)
    plain = (_plain(tree, dumped).encode("utf-8", "surrogatepass") if tree.body else source for source, tree in parts)
    return _digest(sorted(plain))


def _parsed(source: bytes) -> ast.Module:
    """A file as Python, print statements included; an empty one if it is none.

    Python reads comments in any encoding, said or not, and so they are no reason to compare nothing.
    """
    for text in dict.fromkeys((source, source.decode(errors="replace").encode())):
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return parsed_as_old(text, "", MOST_PARSED)
    return ast.Module([], [])


def _digest(parts: Iterable[bytes]) -> str:
    return sha256(b"\0".join(parts)).hexdigest()


def _own_words(sources: Sequence[bytes], trees: Sequence[ast.Module], dumped: Mapping[ast.stmt, str]) -> int:
    """How much the student wrote of what is asked for; of all, where functions and classes are called otherwise."""
    given = {name for pair in zip(sources, trees, strict=True) for name in handed_out(*pair, frozenset())}
    written = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    asked = [node for node in written if node.name in function_names()]
    own = [node for node in asked or written if node.name not in given and not _is_unbegun(node)]
    return sum(len(dumped[node].split()) for node in own)


def _is_unbegun(node: ast.stmt) -> bool:
    """Whether nothing is done in it: a text, ``pass``, ``out = None``, ``raise``, ``return out, cache``."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return all(map(_is_unbegun, node.body))
    if isinstance(node, ast.Assign):
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        return all(isinstance(value, ast.Constant) and value.value is None for value in values)
    if isinstance(node, ast.Return):
        return not any(isinstance(each, ast.Call | ast.BinOp | ast.UnaryOp) for each in ast.walk(node))
    return _is_text(node) or isinstance(node, ast.Pass | ast.Raise)


def _plain(tree: ast.Module, dumped: Mapping[ast.stmt, str]) -> str:
    """The code of a module, without what its writer was free to choose. Its parts may stand in any order."""
    return "\n".join(sorted(dumped[node] for node in tree.body if not _is_text(node)))


def _dumped(node: ast.stmt) -> str:
    """A statement with its variables numbered in the order in which they are first met."""
    nodes = list(ast.walk(node))
    own = {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    own |= {each.arg for each in nodes if isinstance(each, ast.arg)}
    words: list[str] = []
    _write(node, words, own, {})
    return " ".join(words)


def _write(node: ast.AST, words: list[str], own: set[str], numbers: dict[str, int]) -> None:
    words.append(type(node).__name__)
    for field in node._fields:
        value = getattr(node, field, None)
        if field in ASIDE or value is None:
            continue
        if isinstance(value, ast.AST):
            _write(value, words, own, numbers)
        elif isinstance(value, list):
            told = [each for each in value if not _is_text(each)]
            for each in told:
                if isinstance(each, ast.AST):
                    _write(each, words, own, numbers)
                else:
                    words.append(repr(each))
            words.append(f"/{len(told)}")
        else:
            is_variable = isinstance(node, NAMES) and value in own
            words.append(f"v{numbers.setdefault(value, len(numbers))}" if is_variable else repr(value))


def _is_text(node: object) -> bool:
    """Whether a statement is a text alone, as docstrings are."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
