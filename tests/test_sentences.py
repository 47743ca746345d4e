"""A sentence is English until it is told, and what it is made of survives ledgers, tapes and processes."""

import json
import pickle
from dataclasses import replace

import pytest
from graded_class import graded, header, result

from gradproof.conformance.checks import hints
from gradproof.conformance.checks.discretion import Words, discreet_words, frank_words
from gradproof.conformance.checks.results import Status
from gradproof.conformance.errors import words_of
from gradproof.conformance.grading.handin import IntakeProblem
from gradproof.conformance.grading.model import from_line, to_line
from gradproof.conformance.grading.returned.tape import Tape, packed, unpacked
from gradproof.conformance.reports.languages import speaking
from gradproof.conformance.reports.languages.speaking import t, tell
from gradproof.conformance.reports.views import View, sheet
from gradproof.conformance.spec.cases import LAYOUTS, draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words.said import SENTENCES, Said, as_plain, from_plain, joined, say
from gradproof.conformance.spec.words.sent import IMPORT_FAILED


def test_a_sentence_is_english_until_it_is_told() -> None:
    """And English again, once the block that speaks another language has ended."""
    said = say("{name} lacks {term}", name="dx", term="x")
    with speaking.speaking("zh"):
        assert (said, tell(said)) == ("dx lacks x", "dx 缺少 x")
    assert tell(said) == "dx lacks x"


def test_what_somebody_says_is_not_translated() -> None:
    """A name that is a message too, such as ``failed``, stays; so do words that a submission gave."""
    with speaking.speaking("zh"):
        assert tell("failed") == "failed"
        assert t("{name}: {words}", name="failed", words="points") == "failed：points"


def test_a_sentence_within_a_sentence_is_told_too() -> None:
    """Whatever its depth."""
    inner = say("{check} {status}", check="forward", status=say("failed"))
    with speaking.speaking("zh"):
        assert tell(joined(SENTENCES, (inner, "own words"))) == "forward 未通过；own words"


def test_what_has_no_translation_is_english() -> None:
    """Without a word about it."""
    with speaking.speaking("zh"):
        assert tell(say("a sentence of {name} that nobody translated", name="mine")) == (
            "a sentence of mine that nobody translated"
        )


def test_braces_of_a_sentence_without_values_are_its_own() -> None:
    """A misconception may speak of ``{}``."""
    assert say("a dictionary is {} here") == "a dictionary is {} here"


def test_a_sentence_survives_its_ways() -> None:
    """To another process, and through a file."""
    said = say("{before} ({after})", before=say("{name} is transposed", name="dw"), after="mine")
    plain = json.loads(json.dumps(as_plain(said)))
    with speaking.speaking("zh"):
        assert {tell(pickle.loads(pickle.dumps(said))), tell(from_plain(said, plain))} == {"dw 被转置了（mine）"}


def test_words_for_two_readers_survive_a_process() -> None:
    """With what each of them is told."""
    words = pickle.loads(pickle.dumps(Words(say("{name} is transposed", name="dw"), "it is turned")))
    assert (frank_words(words), discreet_words(words)) == ("dw is transposed", "it is turned")
    assert isinstance(frank_words(words), Said)


@pytest.mark.parametrize(
    "plain", [None, 3, {"say": "{a}"}, {"say": "other", "with": {}}, {"say": "{a.b}", "with": {"a": 1}}]
)
def test_what_a_file_has_otherwise_is_no_more_than_its_english(plain: object) -> None:
    """A damaged or made-up record changes no word."""
    assert from_plain("as it was", plain) == "as it was"
    assert not isinstance(from_plain("as it was", plain), Said)


def test_a_ledger_keeps_what_its_hints_are_made_of() -> None:
    """So that a report in another language needs no judging."""
    ladder = (say("What is to come out for x = -2?"), say("{done}.", done=say("own")))
    one = graded(
        "ann", result("relu", "forward", Status.FAILED, hint=ladder[0], discreet_hint=ladder[0], ladder=ladder)
    )
    back = from_line(to_line(one))
    assert back.run is not None
    assert back.run.results[0].ladder == ladder
    with speaking.speaking("zh"):
        assert tell(back.run.results[0].ladder[1]) == "own。"
        assert hints.told(back.run.results[0], 2) == "What is to come out for x = -2? own."


def test_a_ledger_keeps_the_sentences_among_facts() -> None:
    """How a case lies in memory, why a function is not there."""
    case = replace(draw_case(contract_named("leaky_relu"), 0, 0), layout="F")
    shape = found(Kind.SHAPE, observation="db", expected=(3,), got=(1, 3)).on(case.id, case.describe())
    reason = say(IMPORT_FAILED, file="a.py", reason="SyntaxError: invalid syntax")
    because = found(Kind.UNAVAILABLE, function="leaky_relu_forward", reason=reason)
    lost = found(Kind.LACKS_VALUES, lacking=2, records=3, because=because)
    failed = replace(result("leaky_relu", "interface", Status.FAILED), findings=(shape, lost))
    back = from_line(to_line(graded("ann", failed)))
    assert back.run is not None
    assert back.run.results[0].findings == failed.findings
    evidence = back.run.results[0].evidence
    assert evidence is not None
    with speaking.speaking("zh"):
        assert "内存布局" in tell(evidence.setting)
        assert tell(back.run.results[0].message) == tell(failed.message)
        assert "cannot be imported" not in tell(failed.message)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_how_a_case_lies_in_memory_is_told_in_each_language(layout: str) -> None:
    """One that lies as NumPy makes it has no word in it; names and numbers stay."""
    said = replace(draw_case(contract_named("leaky_relu"), 0, 0), layout=layout).describe()
    with speaking.speaking("zh"):
        told = tell(said)
    assert ("内存布局" in told) == ("memory layout" in said) == (layout != "C")
    assert told.endswith("；negative_slope=0.3")


def test_a_ledger_keeps_why_a_hand_in_could_not_be_judged() -> None:
    """Its own names in it stay."""
    problem = words_of(
        IntakeProblem(
            say("it holds {name}, which is {what}", name="a.lnk", what=say("a link: hand in the file itself"))
        )
    )
    back = from_line(to_line(graded("ann", problem=problem)))
    assert back.problem == "it holds a.lnk, which is a link: hand in the file itself"
    with speaking.speaking("zh"):
        assert sheet(back, header(), View.STUDENT).problem == "它含有 a.lnk，这是一个链接：请提交文件本身"


def test_a_tape_keeps_what_its_notes_are_made_of() -> None:
    """So that a class that is judged again can be told of them in another language."""
    tape = unpacked(packed(Tape(notes=(say("it is no plain file"), "own words"))))
    with speaking.speaking("zh"):
        assert list(map(tell, tape.notes)) == ["它不是普通文件", "own words"]
