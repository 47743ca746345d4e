"""The sentences of formulas, in English: what gives the very values of a submission, and what that is made of."""

from collections.abc import Mapping
from typing import Any

from gradproof.conformance.spec.findings import Kind
from gradproof.conformance.spec.words.said import NAMES, joined

COMPOSED: Mapping[tuple[str, bool], str] = {  # by where it holds, and whether the right value is in it
    ("whole", False): "Your {observation} is what `{formula}` gives.",
    ("whole", True): "Your {observation} is what `{formula}` gives with the right {observation}.",
    ("wrong", False): "Where it is wrong, your {observation} is what `{formula}` gives.",
    ("wrong", True): "Where it is wrong, your {observation} is what `{formula}` gives with the right {observation}.",
    ("where", False): "Where `{where}`, your {observation} is what `{formula}` gives.",
    ("where", True): "Where `{where}`, your {observation} is what `{formula}` gives with the right {observation}.",
    ("label", False): "At the label of each sample your {observation} is what `{formula}` gives.",
    ("label", True): (
        "At the label of each sample your {observation} is what `{formula}` gives with the right {observation}."
    ),
    ("others", False): "At all labels but that of the sample your {observation} is what `{formula}` gives.",
    ("others", True): (
        "At all labels but that of the sample your {observation} is what `{formula}` gives with the right "
        "{observation}."
    ),
}
A_FACTOR = "Your {observation} is off by a factor, and always by the same one. It is made of {quantities}."
A_TERM = "Your {observation} is off by a term, and always by the same one. It is made of {quantities}."
MADE_OF: Mapping[str, str] = {  # by how it goes together with the right value
    "is": "Your {observation} is wrong in one way throughout. It is made of {quantities}, but not as it should be.",
    "of": "Your {observation} is wrong in one way throughout: the right {observation} is there, and one step more.",
    **dict.fromkeys(("times", "over"), A_FACTOR),
    **dict.fromkeys(("more", "less"), A_TERM),
}
MADE_THERE: Mapping[str, str] = {  # of what is no right value with something beside it, by where that is
    "where": (
        "Your {observation} is wrong where `{where}`, in one way throughout. There it is made of {quantities}, but not "
        "as it should be."
    ),
    "label": (
        "Your {observation} is wrong at the label of each sample, in one way throughout. There it is made of "
        "{quantities}, but not as it should be."
    ),
    "others": (
        "Your {observation} is wrong at all labels but that of the sample, in one way throughout. There it is made of "
        "{quantities}, but not as it should be."
    ),
}
SENTENCES = {Kind.COMPOSED: COMPOSED["whole", False], Kind.MADE_OF: MADE_OF["is"]}
MESSAGES = (*COMPOSED.values(), *MADE_OF.values(), *MADE_THERE.values())


def template(kind: Kind, facts: Mapping[str, Any]) -> str:
    """The sentence of a formula, or of what it is made of."""
    if kind == Kind.COMPOSED:
        return COMPOSED[facts["region"], facts["is_of_the_right"]]
    general = MADE_OF[facts["relation"]]
    return MADE_THERE.get(facts["region"], general) if facts["relation"] == "is" else general


def words(facts: Mapping[str, Any]) -> dict[str, str]:
    """What the sentence of what it is made of needs beside the facts."""
    return {"quantities": joined(NAMES, facts["quantities"])}
