"""What observations are whose names do not say it, in English."""

import re
from collections.abc import Mapping

from gradproof.conformance.spec.words.said import say

ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth"}
MEANINGS: Mapping[str, str] = {  # of observations, by their names
    r"(?P<what>running_\w+)_(?P<step>\d+)": "{name} is {what} after the {step} training step",
    r"loss_(?P<step>\d+)": "{name} is the loss of the {step} training step",
    r"last_(?P<what>\w+)": "{name} is {what} after the last training step",
    "test_out": "{name} is out in test mode, after training",
    "test_scores": "{name} is the scores in test mode, after further training steps",
}


LATER = "{number}th"
MESSAGES = (*ORDINALS.values(), *MEANINGS.values(), LATER)


def meaning_of(observation: str) -> str:
    """What an observation is whose name does not say it."""
    for pattern, words in MEANINGS.items():
        match = re.fullmatch(pattern, observation)
        if match:
            named = match.groupdict()
            return say(words, name=observation, what=named.get("what"), step=_ordinal(named.get("step")))
    return ""


def _ordinal(number: str | None) -> str:
    return say(ORDINALS[number]) if number in ORDINALS else say(LATER, number=number)
