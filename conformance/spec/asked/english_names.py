"""What observations are whose names do not say it, in English."""

import re
from collections.abc import Mapping

ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth"}
MEANINGS: Mapping[str, str] = {  # of observations, by their names
    r"(running_\w+)_(?P<step>\d+)": "{0} after the {step} training step",
    r"loss_(?P<step>\d+)": "the loss of the {step} training step",
    r"last_(\w+)": "{0} after the last training step",
    "test_out": "out in test mode, after training",
    "test_scores": "the scores in test mode, after further training steps",
}


def meaning_of(observation: str) -> str:
    """What an observation is whose name does not say it."""
    for pattern, words in MEANINGS.items():
        match = re.fullmatch(pattern, observation)
        if match:
            number = match.groupdict().get("step") or ""
            return f"{observation} is {words.format(*match.groups(), step=ORDINALS.get(number, number + 'th'))}"
    return ""
