"""How much of a hint is told: of a mistake in four levels, of anything else as it is."""

from collections.abc import Iterable
from dataclasses import replace

from gradproof.conformance.checks.results import Result
from gradproof.conformance.spec.words.said import TEXTS, joined

NONE, DEFAULT, MOST = 0, 2, 4  # levels; each tells what those below it tell too
NAMED = 2  # the level from which a mistake's name is told, which says what it is


def told(result: Result, level: int, is_discreet: bool = False) -> str:
    """The hint of a result up to a level; ``is_discreet`` for whoever may not know the cases."""
    hint, ladder = result.hint, result.ladder
    if is_discreet:
        hint, ladder = result.discreet_hint, result.discreet_ladder
    if level == NONE or not ladder:
        return hint if level else ""
    return joined(TEXTS, ladder[:level])


def up_to(results: Iterable[Result], level: int) -> tuple[Result, ...]:
    """The results as a student sees them who is told so much and no more."""
    return tuple(
        replace(
            each,
            hint=told(each, level),
            discreet_hint=told(each, level, True),
            diagnosis=each.diagnosis if level >= NAMED else None,
            ladder=(),
            discreet_ladder=(),
        )
        for each in results
    )
