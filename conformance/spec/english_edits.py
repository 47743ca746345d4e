"""The sentences of edits, in English: what a step of a right formula is that gives the values of a submission."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gradproof.conformance.spec.words.said import SENTENCES as ONE_AFTER_ANOTHER
from gradproof.conformance.spec.words.said import joined, say

MOST_NAMED = 4  # values
SEVERAL = ("weights", "scores")  # values that are several by their name

CHANGES: Mapping[str, str] = {  # of a step of a right formula
    "replaced": "with `{new}` in place of `{old}`",
    "operator": "with {new_sign} in place of {old_sign} in `{old}`",
    "part": "without `{part}` in `{old}`",
    "branch": "with `{new}` in any case, in place of `{old}`",
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
    "limited": "with `{inner}` cut off at -{number} and {number}",
    "topped": "with `{inner}` cut off at {number}",
    "untransposed": "without transposing: `{new}` in place of `{old}`",
    "pairs": "with every entry less every other, as a column and a row broadcast: `{new}` in place of `{old}`",
    "labels": "with labels of -1 and 1 in place of 0 and 1: `{new}` in place of `{old}`",
    "not_reduced": "without the sum or mean: `{new}` in place of `{old}`",
    "everything": "with one number over everything: `{new}` in place of `{old}`",
    "axis": "along axis {new_axis} in place of axis {old_axis}",
    "all_everything": "with its sums or means over everything in place of one axis: `{new}`",
    "all_axes": "with its sums or means along other axes: `{new}`",
    "all_reductions": "with other sums or means: `{new}`",
    "all_without": "without a factor in several places: `{new}`",
    "all_nothing": "with 0 in place of a number throughout: `{new}`",
    "all_names": "with another value in several places: `{new}`",
    "activation": "with another activation: `{new}` in place of `{old}`",
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
    "first_only": "if `{old}` is done in the first pass of the loop alone",
    "returns": "if it returns inside the loop, at the end of the first pass of `{old}`",
    "after_the_loop": "if `{old}` stands after the loop and not in it",
    "in_the_loop": "if `{old}` stands in the loop and not after it",
    "in_every_pass": "if `{new}` is done in every pass of `{old}`, and not once before it",
    "always": "whether or not `{old}`",
    "in_any_case": "if `{new}` is done whether or not `{old}`",
    "only_if": "if `{new}` is done only where `{old}`",
    "done_to": "if what `{old}` does is done to `{new}`",
    "anew": "if `{old}` begins anew each time, with 0 for `{new}`",
    "kept": "if `{old}` holds for the first call alone, and each later one begins where the last one ended",
    "throughout": "with `{new}` in place of `{old}` throughout",
    "fixed": "with {number} for `{old}`, whatever is given",
}
WHERE = "{change}, where `{where}`"  # what stands in the right place is
GLOSSES: Mapping[str, str] = {  # of what a formula has in it, as a regular expression
    r"np\.maximum\(": "np.maximum with 0 is relu",
    r"\* \(\w+ > 0\)": "> 0 asks what relu lets through",
    " / keep": "what is kept is divided by the probability to keep it",
}
OF_THE_NEW: Mapping[str, str] = {  # of what stands in a formula in place of what is right
    r"order='F'": "order='F' goes column by column",
    r"::-1\]": "::-1 turns it round",
    r"(\w+):\1 \+ 1\b": "of a window the first entry alone",
    r"\[:, :-1\]\), axis=1": "the states one step earlier",
    r"-1, x\.shape\[1\]\)": "as if the channels came last",
    r"shape\[\d\] // \w+\):\(": "blocks side by side, as of tiles",
    r"(?<!\]) // ": "// leaves whole numbers",
    r"^\w+ - [\d.e-]+ \* \(.*@": "weights that have moved along their gradient already",
    r"len\(dout\) / \w+\.shape": "as if a mean over samples were one over features",
    r"mask\.mean\(": "mask.mean is the share that was kept this time",
    r"np\.exp\(.*\) / \(np\.exp": "where both exponentials overflow their quotient is not a number",
    r"^\(?\w+ or 1\b": "1 where it is 0",
    r"^not \S+ or \w+ < ": "the lowest is kept",
}
STEPS = frozenset(
    (
        "left_out",
        "twice",
        "later",
        "first_pass",
        "first_only",
        "returns",
        "after_the_loop",
        "in_the_loop",
        "in_every_pass",
        "always",
        "in_any_case",
        "only_if",
        "done_to",
        "anew",
        "kept",
        "throughout",
        "fixed",
    )
)  # changes that are no change of one formula


OF_ITS_OWN = "Your {observations} is what `{statement}` gives {change}."
SENTENCES: Mapping[tuple[str, bool], str] = {  # by what the step makes, and whether there are several values
    ("own", False): OF_ITS_OWN,
    ("own", True): "Your {observations} are what `{statement}` gives {change}.",
    ("other", False): "Your {observations} is what comes of `{statement}` {change}.",
    ("other", True): "Your {observations} are what comes of `{statement}` {change}.",
    ("step", False): "Your {observations} is what comes out {change}.",
    ("step", True): "Your {observations} are what comes out {change}.",
}
MORE = "{names} and {count} more"
IN_BRACKETS = "{before} ({after})"
MESSAGES = (*CHANGES.values(), *GLOSSES.values(), *OF_THE_NEW.values(), *SENTENCES.values(), WHERE, MORE, IN_BRACKETS)


def template(facts: Mapping[str, Any]) -> str:
    """The sentence of an edit."""
    made = "step" if facts["how"] in STEPS else "own" if facts["is_own"] else "other"
    return SENTENCES[made, len(facts["names"]) > 1 or facts["names"][0] in SEVERAL]


def words(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the sentence of an edit needs: the values and the change."""
    change = say(CHANGES[facts["how"]], **facts)
    change = say(WHERE, change=change, where=facts["where"]) if facts["where"] else change
    glosses = joined(ONE_AFTER_ANOTHER, _glosses(facts))
    return {
        "observations": named(facts["names"], MOST_NAMED),
        "change": say(IN_BRACKETS, before=change, after=glosses) if glosses else change,
    }


def named(names: Sequence[str], most: int) -> str:
    """The first of some names, and how many more there are."""
    first = ", ".join(names[:most])
    return say(MORE, names=first, count=len(names) - most) if len(names) > most else first


def _glosses(facts: Mapping[str, Any]) -> list[str]:
    """What a formula's pieces are called, where one of them is exchanged or left out."""
    text = " ".join(str(facts.get(name, "")) for name in ("old", "where"))
    told = [gloss for piece, gloss in GLOSSES.items() if re.search(piece, text)]
    new, old = str(facts.get("new", "")), str(facts.get("old", ""))
    told += [gloss for piece, gloss in OF_THE_NEW.items() if re.search(piece, new) and not re.search(piece, old)]
    return [say(gloss) for gloss in told]
