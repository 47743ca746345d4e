"""Names that are nearly those of the canonical API: a letter lost, other capitals, words in another order."""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from gradproof.conformance.spec.words.said import NAMES, joined, say

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
SHORT = {"fw": "forward", "fwd": "forward", "bw": "backward", "bwd": "backward", "back": "backward"}
OTHERS = frozenset(  # functions of their own, however near their names are
    (
        *("adamax", "adamw", "celu", "crelu", "elu", "gelu", "glu", "lrelu", "mae", "mse", "nadam", "prelu", "radam"),
        *("reglu", "relu6", "rrelu", "selu", "silu", "swiglu", "tanhshrink"),
    )
)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` that was probably meant by ``name``; None if it is a name of its own."""
    words = _words(name)
    near = [(0 if _looks_alike(name, each) else _distance(words, _words(each)), each) for each in names]
    distance, best = min(near, default=(None, ""), key=lambda pair: (pair[0] is None, pair[0], pair[1]))
    return None if distance is None else best


def asked_after(got: Sequence[str], expected: Sequence[str]) -> str:
    """What was probably meant by names that are not expected: ``did you mean gamma1 by 'gama1'?``; or nothing."""
    missing = [name for name in expected if name not in got]
    pairs = ((nearest(key, missing), key) for key in got if key not in expected)
    meant = joined(NAMES, (say("{name} by {given!r}", name=name, given=key) for name, key in pairs if name))
    return say("did you mean {meant}?", meant=meant) if meant else ""


def foreign(name: str) -> str:
    """The letters of a name that no keyboard for English has, and that look as if it had: ``'\u0435' (U+0435)``."""
    return ", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in dict.fromkeys(name) if not letter.isascii())


def _looks_alike(name: str, other: str) -> bool:
    """Whether a name is another but for letters of other alphabets."""
    is_foreign = not name.isascii() and len(name) == len(other)
    return is_foreign and all(a == b or not a.isascii() for a, b in zip(name, other, strict=True))


def _words(name: str) -> list[str]:
    return [SHORT.get(word, word) for word in map(str.lower, WORD.findall(name))]


def _distance(given: Sequence[str], meant: Sequence[str]) -> int | None:
    """How many words are misspelt by a letter; None if the names differ by more than that."""
    if "".join(given) == "".join(meant) or sorted(given) == sorted(meant):
        return 0
    if len(given) != len(meant) or OTHERS.intersection(given):
        return None
    differing = [(one, other) for one, other in zip(given, meant, strict=True) if one != other]
    return len(differing) if all(_is_misspelt(*pair) for pair in differing) else None


def _is_misspelt(given: str, meant: str) -> bool:
    """Whether one letter was lost, added or exchanged, or two neighbours are in the other order; never the first."""
    if given[0] != meant[0] or given.isdigit() or abs(len(given) - len(meant)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip_longest(given, meant)) if a != b), 0)
    one, other = given[same:], meant[same:]
    has_exchanged = one[:2] == other[:2][::-1] and one[2:] == other[2:]
    return one[1:] == other or one == other[1:] or one[1:] == other[1:] or has_exchanged
