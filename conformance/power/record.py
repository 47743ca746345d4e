"""The recorded score: what the last whole run said, from which the table of docs/figures.md is made.

A part of it can be measured again and is put in the place of what was recorded.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import chain
from pathlib import Path

from gradproof.conformance.errors import UsageError
from gradproof.conformance.power import submissions
from gradproof.conformance.power.equivalents import complaints
from gradproof.conformance.power.floor import Floor, is_measured
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.mutants import all_mutants
from gradproof.conformance.power.render import BEGIN, has_markers, with_table
from gradproof.conformance.power.score import Score, from_plain
from gradproof.conformance.spec.contracts import all_contracts
from gradproof.conformance.spec.words.said import say

LACKS = "neither the record nor what was measured has {name}; measure its contract too, or all: leave out --only"
LACKS_SEVERAL = (
    "neither the record nor what was measured has {name} and {more} more; measure its contract too, or all: leave out "
    "--only"
)
MESSAGES = (LACKS, LACKS_SEVERAL)
FILE = Path(__file__).resolve().parent / "score.json"


def read(file: Path = FILE) -> Score:
    """The recorded score."""
    return from_plain(json.loads(file.read_text(encoding="utf-8")))


def text(score: Score) -> str:
    """JSON with one outcome a line, so that a change of a verdict is a change of its line."""
    plain = score.plain()
    outcomes = ",\n".join(json.dumps(each) for each in plain.pop("outcomes"))
    return f'{json.dumps(plain, indent=1).removesuffix("}").rstrip()},\n "outcomes": [\n{outcomes}\n]\n}}\n'


def merged(recorded: Score, part: Score, contracts: Collection[str]) -> Score:
    """The recorded score with what was measured again in its place.

    Args:
        recorded: the record.
        part: a run of what those contracts judge: a misconception or mutant is judged by all of its contracts or by
            none, so each of its verdicts is whole.
        contracts: their names.

    What is no longer there is left out. Raises UsageError if something is there that neither has, or if the record
    was made of the answers of another oracle.
    """
    if recorded.oracle != part.oracle:
        raise UsageError(
            say(
                "the record is of the {recorded} oracle, what was measured of {measured}",
                recorded=recorded.oracle,
                measured=part.oracle,
            )
        )
    known = {_key(each): each for each in recorded.outcomes}
    known |= {_key(each): _with_name(each, known.get(_key(each))) for each in part.outcomes}
    floors = {(each.contract, each.dtype): each for each in chain(recorded.floors, part.floors)}
    wanted = [*map(_key_of, chain(submissions.misconceptions(), submissions.variants())), *_keys_of_mutants()]
    kept = {name for name, _ in floors}
    missing = [
        *(key[1] for key in wanted if key not in known),
        *(c.name for c in all_contracts() if is_measured(c) and c.name not in kept),
    ]
    if missing:
        template = LACKS_SEVERAL if missing[1:] else LACKS
        raise UsageError(say(template, name=missing[0], more=len(missing) - 1))
    outcomes = tuple(known[key] for key in wanted)
    return replace(
        recorded,
        outcomes=outcomes,
        equivalent=part.equivalent,
        floors=_in_order(floors.values()),
        complaints=tuple(complaints(part.equivalent, {mutant.id for mutant in all_mutants()}, list(outcomes))),
        remeasured=tuple(c.name for c in all_contracts() if c.name in {*recorded.remeasured, *contracts}),
    )


def with_names(recorded: Score, told: Iterable[Outcome]) -> Score:
    """The recorded score and whether these mutants are given a name."""
    named = {each.trial.name: each.named for each in told}
    outcomes = (
        replace(each, named=named[each.trial.name])
        if each.trial.kind == "mutant" and each.trial.name in named
        else each
        for each in recorded.outcomes
    )
    return replace(recorded, outcomes=tuple(outcomes))


def _with_name(outcome: Outcome, recorded: Outcome | None) -> Outcome:
    """An outcome for which no name was asked keeps what was recorded, if it is killed as it was."""
    if outcome.named is not None or recorded is None or outcome.killers != recorded.killers:
        return outcome
    return replace(outcome, named=recorded.named)


def _key(outcome: Outcome) -> tuple[str, ...]:
    return _key_of(outcome.trial)


def _key_of(trial: submissions.Trial) -> tuple[str, ...]:
    """What names a trial: of a mutant not the contracts that judge it, which a run finds out."""
    return (trial.kind, trial.name, *(trial.contracts if trial.kind != "mutant" else ()))


def _keys_of_mutants() -> Iterable[tuple[str, ...]]:
    return (("mutant", mutant.id) for mutant in all_mutants())


def _in_order(floors: Iterable[Floor]) -> tuple[Floor, ...]:
    """As the contracts stand, those that are gone left out."""
    order = [contract.name for contract in all_contracts()]
    return tuple(sorted((each for each in floors if each.contract in order), key=lambda f: order.index(f.contract)))


def publish(score: Score, readme: Path, file: Path = FILE) -> None:
    """Write the table into a page, and the score that it was made of beside this module. Raises as `required`."""
    after = with_table(required(readme), score)
    try:
        readme.write_text(after, encoding="utf-8")
        file.write_text(text(score), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            say(
                "--readme {readme}: {file} cannot be written: {reason}",
                readme=readme,
                file=error.filename,
                reason=error.strerror,
            )
        ) from None


def required(readme: Path) -> str:
    """The page that a table is to be written into. Raises UsageError if it cannot be read, or has no markers."""
    try:
        before = readme.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            say("--readme {readme} cannot be read: {reason}", readme=readme, reason=error.strerror)
        ) from None
    if not has_markers(before):
        raise UsageError(say("--readme {readme}: it has no line {line}", readme=readme, line=BEGIN))
    return before
