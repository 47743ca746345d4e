"""Mutants that no suite can catch, each with its proof: they do what the original does."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.spec.words.said import say

FILE = Path(__file__).resolve().parent / "equivalent.toml"


def equivalents(file: Path = FILE) -> Mapping[str, str]:
    """The id of each mutant that is proven equivalent, and the proof. Raises UsageError if the file cannot be read."""
    try:
        listed: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))["equivalent"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(say("{file} cannot be read: {reason}", file=file, reason=error)) from None
    return listed


def complaints(listed: Mapping[str, str], known: set[str], outcomes: list[Outcome]) -> Iterator[str]:
    """Entries that prove nothing: of no mutant, of a mutant that a check kills, or without a proof."""
    killed = {each.trial.name: each.killers[0] for each in outcomes if each.is_killed}
    for name, proof in listed.items():
        if name not in known:
            yield say("equivalent.toml lists a mutant that is not there: {name}", name=name)
        elif name in killed:
            yield say("equivalent.toml lists a mutant that {check} kills: {name}", check=killed[name], name=name)
        elif not proof.strip():
            yield say("equivalent.toml has no proof for {name}", name=name)
