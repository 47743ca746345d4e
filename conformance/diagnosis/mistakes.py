"""Names the misconceptions that failures come from: the fewest that explain the most of what failed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from gradproof.conformance.checks.discretion import Words
from gradproof.conformance.diagnosis import drawn
from gradproof.conformance.diagnosis.candidates import NONE, Accused, Candidate, Fact, Facts, Mistake, suspect
from gradproof.conformance.diagnosis.error_patterns import is_unfilled
from gradproof.conformance.diagnosis.formulas import made_of
from gradproof.conformance.diagnosis.misconceptions import Misconception, misconceptions_of
from gradproof.conformance.diagnosis.search import looking, story
from gradproof.conformance.diagnosis.search.comparing import can_explain
from gradproof.conformance.spec.english_phrases import NOT_EXPLAINED, TOGETHER
from gradproof.conformance.spec.findings import MEASURED_BY_CHANCE, Finding, Kind
from gradproof.conformance.spec.words.said import SENTENCES, TEXTS, Said, joined, say

MOST_NAMED = 3  # that the cases do not tell apart
MOST_AT_ONCE = 3  # mistakes in one contract
TAKES_BOTH = "It takes both of these to give your values:"
MESSAGES = (TAKES_BOTH,)

Group = tuple[Candidate, ...]  # suspects that explain the same


@dataclass(frozen=True)
class Diagnosis:
    """What a failed check is put down to: mistakes that were made together, each of them one of a few."""

    mistakes: tuple[tuple[Mistake, ...], ...]
    rest: tuple[str, ...] = ()  # the observations whose wrong values it does not explain
    takes_both: bool = False  # whether none of them explains anything alone

    @property
    def id(self) -> str:
        """``one|other`` if it is one of two, ``one+other`` if it is both."""
        return TOGETHER.join("|".join(each.id for each in group) for group in self.mistakes)

    @property
    def is_known(self) -> bool:
        """Whether somebody has written down all that it is put down to."""
        return all(isinstance(each, Misconception) for group in self.mistakes for each in group)

    @property
    def words(self) -> str:
        """What to tell the student."""
        rest = (say(NOT_EXPLAINED, names=", ".join(self.rest)),) * bool(self.rest)
        told = (self.listed(partial(_told, say_it=say_it)) for say_it in (says, _says_discreetly))
        return Words(*(joined(TEXTS, (words, *rest)) for words in told))

    def listed(self, tell: Callable[[tuple[Mistake, ...]], str]) -> str:
        """What is told of each mistake, one after the other."""
        words = listed(map(tell, self.mistakes))
        return joined(TEXTS, (say(TAKES_BOTH), words)) if self.takes_both else words


@np.errstate(all="ignore")
def of(accused: Accused) -> dict[str, Diagnosis]:
    """A diagnosis for each failed check that has one. The required checks are explained together.

    An edit is searched for where points are lost: what a check says that does not count is told by its own words.
    """
    exam = accused.exam
    suspects = [found for each in misconceptions_of(exam.contract.name) if (found := suspect(each, accused))]
    named = _names(suspects, accused)
    unnamed = NONE.union(
        *(
            facts
            for check, facts in accused.facts.items()
            if check not in named and accused.bad[check].required and not is_unfilled(check, exam)
        )
    )
    if any(can_explain(fact, accused) for fact in unnamed):
        sought = NONE.union(*(facts for check, facts in accused.facts.items() if check not in named))
        known, matches = (
            {each.explains for each in suspects},
            [*looking.matches(accused, sought), *drawn.matches(accused)],
        )
        searched, in_part = (
            [
                Candidate(edited, facts, -unlike)
                for facts, (edited, unlike) in story.best(some, exam.contract.name).items()
                if facts not in known
            ]
            for some in ([each for each in matches if not each.is_in_part], matches)
        )
        named = {**_names([*suspects, *searched], accused), **named}
        left = [check for check, result in accused.bad.items() if result.required and check not in named]
        composed = made_of.candidates(accused, left) if left else []
        named = {**_names([*suspects, *searched, *composed], accused), **named} if composed else named
        told = [*(each for each in in_part if _is_plain(each)), *composed]
        if any(result.required and check not in named for check, result in accused.bad.items()):
            some = [found for each in misconceptions_of(exam.contract.name) if (found := suspect(each, accused, True))]
            named = {**_in_part([*some, *told], accused, named.keys()), **named}
    return named


def _is_plain(searched: Candidate) -> bool:
    """Whether an edit is one that is told of a part of what is wrong: nothing in it is measured or far-fetched."""
    mistake = searched.misconception
    return isinstance(mistake, story.Edited) and mistake.is_plain


def _in_part(suspects: Sequence[Candidate], accused: Accused, named: Collection[str]) -> dict[str, Diagnosis]:
    """Of the required checks that have no name what explains all wrong values of some observations.

    A mistake that is told of what comes first, and leaves something else unexplained further on, is told once.
    """
    found: dict[str, Diagnosis] = {}
    for check, facts in accused.facts.items():
        if check in named or not accused.bad[check].required:
            continue
        by_name: dict[str, Facts] = {}
        for place, name in facts:
            if isinstance(place, int):
                by_name[str(name)] = by_name.get(str(name), NONE) | {(place, str(name))}
        whole = [
            each
            for each in suspects
            if all(by_name.get(str(name), NONE) <= each.explains for _, name in each.explains & facts)
            and not any(_is_of_a_shape(each.explains, fact) for fact in accused.every - each.explains)
        ]
        choice = _fewest(whole, by_name)
        rest = by_name.keys() - _explained(choice, by_name)
        if choice and len(rest) < len(by_name):
            order = tuple(name for name in accused.exam.contract.observes if name in rest)
            diagnosis = _diagnosis(choice, order)
            if diagnosis.mistakes not in [each.mistakes for each in found.values()]:
                found[check] = diagnosis
    return found


def _is_of_a_shape(explained: Facts, fact: Fact) -> bool:
    """Whether what is not explained is the shape of a value that is explained where its shape is right."""
    found = fact[1]
    if not isinstance(found, Finding) or found.kind != Kind.SHAPE:
        return False
    return any(name == found.observation for _, name in explained)


def _names(suspects: Sequence[Candidate], accused: Accused) -> dict[str, Diagnosis]:
    """The checks that the suspects explain, the required ones together."""
    together = {check: facts for check, facts in accused.facts.items() if accused.bad[check].required}
    named = _named(_fewest(suspects, together), accused.facts)
    for check, facts in accused.facts.items():
        if check not in together and check not in named:
            named |= _named(_fewest(suspects, {check: facts}), {check: facts})
    return named


def _fewest(suspects: Iterable[Candidate], facts: Mapping[str, Facts]) -> tuple[Group, ...]:
    """The fewest mistakes that explain the most checks."""
    every = NONE.union(*facts.values())
    groups: dict[Facts, list[Candidate]] = {}
    for each in suspects:
        groups.setdefault(each.explains & every, []).append(each)
    groups.pop(NONE, None)
    sharpest = [_sharpest(group) for group in groups.values()]
    several = [group for group in sharpest if not _is_by_chance(group)]
    choices: list[tuple[Group, ...]] = [(group,) for group in sharpest]
    choices += [choice for size in range(2, MOST_AT_ONCE + 1) for choice in combinations(several, size)]
    return max(choices, key=lambda choice: _worth(choice, facts), default=())


def _is_by_chance(group: Group) -> bool:
    """Whether it explains only what is measured of drawn values: too little to tell two mistakes by."""
    found = [finding for _, finding in group[0].explains if isinstance(finding, Finding)]
    return len(found) == len(group[0].explains) and all(each.kind in MEASURED_BY_CHANCE for each in found)


def _sharpest(group: Iterable[Candidate]) -> Group:
    """Those of a group that agree in the most values."""
    most = max(each.agrees for each in group)
    return tuple(each for each in group if each.agrees == most)


def _worth(choice: tuple[Group, ...], facts: Mapping[str, Facts]) -> tuple[int, int, int]:
    """How many checks are explained, by how few mistakes, in how many values."""
    return len(_explained(choice, facts)), -len(choice), sum(group[0].agrees for group in choice)


def _explained(choice: tuple[Group, ...], facts: Mapping[str, Facts]) -> list[str]:
    union = NONE.union(*(group[0].explains for group in choice))
    return [check for check, each in facts.items() if each <= union]


def _named(choice: tuple[Group, ...], facts: Mapping[str, Facts]) -> dict[str, Diagnosis]:
    """For each check that is explained the mistakes that are seen in it."""
    named = {}
    for check in _explained(choice, facts):
        seen = [group for group in choice if group[0].explains & facts[check]]
        named[check] = _diagnosis(seen)
    return named


def _diagnosis(choice: Sequence[Group], rest: tuple[str, ...] = ()) -> Diagnosis:
    """What is put down to these: one of each group, or both edits of a pair."""
    groups = tuple(tuple(each.misconception for each in group[:MOST_NAMED]) for group in choice)
    mistakes: list[tuple[Mistake, ...]] = [
        (part,) for group in groups if isinstance(group[0], story.Both) for part in group[0].parts
    ]
    mistakes += [group for group in groups if not isinstance(group[0], story.Both)]
    return Diagnosis(tuple(mistakes), rest, takes_both=len(groups) == 1 and isinstance(groups[0][0], story.Both))


def listed(told: Iterable[str]) -> str:
    """What is said of mistakes that were made together."""
    told = list(told)
    if len(told) == 1:
        return told[0]
    return joined(TEXTS, (say("({number}) {words}", number=i, words=words) for i, words in enumerate(told, 1)))


def one_of(told: Sequence[str]) -> str:
    """What is said of mistakes of which one was made."""
    if len(told) == 1:
        return told[0]
    first, *others = told
    return joined(TEXTS, (say("One of these: {words}", words=first), *(say("Or: {words}", words=w) for w in others)))


def _told(group: tuple[Mistake, ...], say_it: Callable[[Mistake], str]) -> str:
    return one_of([joined(TEXTS, (say_it(mistake), say(mistake.hint))) for mistake in group])


def in_halves(mistake: Mistake) -> tuple[str, str]:
    """What a known mistake does, and what is right; the second is empty where that is all one sentence."""
    if isinstance(mistake.says, Said):
        return mistake.says, ""
    done, _, right = mistake.says.partition("; ")
    return say(done), say(right)


def says(mistake: Mistake) -> str:
    """What is said of a mistake: of a known one in the two halves in which it is told by and by."""
    return joined(SENTENCES, in_halves(mistake))


def _says_discreetly(mistake: Mistake) -> str:
    return getattr(mistake, "discreet", "") or says(mistake)
