"""The sentences of edits, in English: what a step of a right formula is that gives the values of a submission."""

from collections.abc import Mapping
from typing import Any

MOST_NAMED = 4  # values

CHANGES: Mapping[str, str] = {  # of a step of a right formula
    "replaced": "with `{new}` in place of `{old}`",
    "operator": "with {new_sign} in place of {old_sign} in `{old}`",
    "part": "without `{part}` in `{old}`",
    "call": "without {call} in `{old}`",
    "parentheses": "with other parentheses: `{new}` in place of `{old}`",
    "sign": "with the other sign before `{old}`",
    "factor": "with {number} times `{old}` in place of `{old}` alone",
    "times": "with a factor too many: `{new}` in place of `{old}`",
    "over": "divided once too often: `{new}` in place of `{old}`",
    "number": "with {number} in place of `{old}`",
    "added": "with {number} added to `{inner}`",
    "floor": "with `{inner}` kept at {number} at least",
    "clipped": "with `{inner}` clipped to between {number} and 1 - {number}",
    "not_reduced": "without the sum or mean: `{new}` in place of `{old}`",
    "everything": "with one number over everything: `{new}` in place of `{old}`",
    "axis": "along axis {new_axis} in place of axis {old_axis}",
    "all_everything": "with its sums or means over everything in place of one axis: `{new}`",
    "all_axes": "with its sums or means along other axes: `{new}`",
    "all_reductions": "with other sums or means: `{new}`",
    "all_without": "without a factor in several places: `{new}`",
    "all_names": "with another number in several places: `{new}`",
    "reduction": "with `{new}` in place of `{old}`",
    "keepdims": "with the reduced axis kept or not: `{new}` in place of `{old}`",
    "left_out": "if this step is left out: `{old}`",
    "overwritten": "with = in place of the sum, so that each pass overwrites the last: `{new}` in place of `{old}`",
    "repeated_once": "if what an index names twice is added once: `{new}` in place of `{old}`",
    "other": "with `{new}` in place of `{old}`",
    "twice": "if this step is taken twice: `{old}`",
    "later": "if `{old}` comes after `{new}`",
    "exchanged": "with `{old}` and `{new}` exchanged",
    "first_pass": "if `{old}` ends after its first pass, as by a return inside the loop",
    "returns": "if it returns inside the loop, at the end of the first pass of `{old}`",
    "after_the_loop": "if `{old}` stands after the loop and not in it",
    "in_the_loop": "if `{old}` stands in the loop and not after it",
    "always": "whether or not `{old}`",
}
WHERE = ", where `{where}`"  # what stands in the right place is
GLOSSES: Mapping[str, str] = {  # of what a formula has in it
    "np.maximum(": "np.maximum with 0 is relu",
    " > 0": "> 0 asks what relu lets through",
    " / keep": "what is kept is divided by the probability to keep it",
}
STEPS = frozenset(
    ("left_out", "twice", "later", "first_pass", "returns", "after_the_loop", "in_the_loop", "always")
)  # changes that are no change of one formula


def words(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the sentence of an edit needs: the values, the formula, and the change."""
    names, how = facts["names"], facts["how"]
    more = len(names) - MOST_NAMED
    formula = f"`{facts['statement']}` gives" if facts["is_own"] else f"comes of `{facts['statement']}`"
    where = WHERE.format(**facts) if facts["where"] else ""
    return {
        "observations": ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else ""),
        "are": "is" if len(names) == 1 else "are",
        "formula": "comes out" if how in STEPS else formula,
        "change": CHANGES[how].format(**facts) + where + _glossed(facts),
    }


def _glossed(facts: Mapping[str, Any]) -> str:
    """What a formula's pieces are called, where one of them is exchanged or left out."""
    text = " ".join(str(facts.get(name, "")) for name in ("old", "where"))
    words = [gloss for piece, gloss in GLOSSES.items() if piece in text]
    return f" ({'; '.join(words)})" if words else ""
