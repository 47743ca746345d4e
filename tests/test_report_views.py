"""What a report tells a student, and what becomes of hostile text."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from graded_class import BOTH, BROKEN, HOSTILE, SECRETS, WRONG, graded, header, rendered, result
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.report import FORMATS
from gradproof.conformance.grading.model import PUBLIC, Outcome
from gradproof.conformance.reports.views import View, sheet
from gradproof.conformance.reports.wording import one_line, plain


@pytest.mark.parametrize("style", FORMATS)
def test_no_secret_reaches_the_student(style: str) -> None:
    """No case, seed, value, ratio or replay command, wherever in a result it stands."""
    told = rendered(style, View.STUDENT, WRONG)
    assert [secret for secret in SECRETS.values() if secret in told] == []
    for told_in_passing in ("0.67", "8989", "3, 1, 2", "7654321", "31337", "momentum=update"):
        assert told_in_passing not in told


@pytest.mark.parametrize("style", FORMATS)
def test_what_failed_on_our_side_is_told_to_the_instructor_alone(style: str) -> None:
    """An error of ours can hold what a hand-in sent; the student reads whose fault it is not."""
    broken = replace(BROKEN, problem="gradproof itself failed: KeyError: 'PLANTED'", status=Outcome.BROKEN)
    assert "PLANTED" in rendered(style, View.INSTRUCTOR, broken)
    told = rendered(style, View.STUDENT, broken)
    assert "PLANTED" not in told
    assert "by no fault of yours" in told


@pytest.mark.parametrize("style", ["html", "gradescope", "prairielearn", "junit", "text", "sarif"])
def test_every_secret_reaches_the_instructor(style: str) -> None:
    """So that the test above looks for what is really there."""
    told = rendered(style, View.INSTRUCTOR, WRONG)
    absent = {"source", "digest", "dialect", "version", "seed"} if style not in ("html", "junit") else set()
    assert [name for name, secret in SECRETS.items() if secret not in told and name not in absent] == []
    assert "0.6767676767" in told


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize("hidden", ["stability", "batchnorm.stability"])
def test_a_hidden_check_is_not_told_to_the_student(style: str, hidden: str) -> None:
    """Neither by its name nor by what it found, nor by the note or the check that depends on it."""
    one = graded(
        "eve",
        result("affine", "forward", worth=4.0),
        result("batchnorm", "stability", Status.FAILED, 2.0, message="PLANTED", hint="PLANTED"),
        result("batchnorm", "purity", Status.SKIPPED, message="stability failed, PLANTED"),
        result("batchnorm_net", "forward", Status.SKIPPED, message="stability of batchnorm failed, PLANTED"),
        notes=("batchnorm_net: judged with a proven batchnorm in place of its own, PLANTED", "harmless"),
    )
    told = rendered(style, View.STUDENT, one, hidden=(hidden,))
    if style == "gradescope":  # which shows such a test to instructors alone
        (page,) = json.loads(told)
        told = json.dumps({**page, "tests": [test for test in page["tests"] if test["visibility"] != "hidden"]})
    assert "PLANTED" not in told
    assert "stability" not in told
    everything = rendered(style, View.INSTRUCTOR, one, hidden=(hidden,))
    assert "stability" in everything
    assert "PLANTED" in everything or style == "csv"


def test_the_checks_of_other_contracts_are_told_if_one_is_hidden() -> None:
    """``batchnorm.gradient`` hides nothing of affine."""
    one = graded("eve", result("affine", "purity", Status.SKIPPED, message="gradient failed"))
    told = sheet(one, header("batchnorm.gradient", cases=PUBLIC), View.STUDENT)
    assert told.entries[0].message == "gradient failed"


def test_a_page_for_a_student_says_nothing_of_the_class() -> None:
    """No table, no means, no frequent failures."""
    page = rendered("html", View.STUDENT, WRONG)
    assert "Mistakes" not in page
    assert "<table" not in page
    assert "golden" not in page


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize("style", FORMATS)
def test_hostile_text_is_bounded_and_without_control_characters(style: str, view: View) -> None:
    """A name of 10 kB, a message of 100 kB, a thousand notes, ANSI, direction marks, lone surrogates."""
    told = rendered(style, view, HOSTILE)
    told.encode()
    assert len(told) < 100_000
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2028\ufffe\ud800-\udfff]", told.replace("\n", ""))
    assert "\\x1b[31mred" in (json.dumps(json.loads(told)).replace("\\\\", "\\") if told[0] == "[" else told)


@given(st.text(), st.integers(1, 50))
def test_plain_text_can_be_printed_and_is_never_longer_than_said(text: str, limit: int) -> None:
    """Whatever it is given."""
    shown = plain(text, limit)
    assert len(shown) <= limit + len("… (cut off)")
    shown.encode()
    ElementTree.fromstring(f"<a>{escape(shown)}</a>")


def test_names_in_other_scripts_are_kept() -> None:
    """Accents, other alphabets, the joiners that some need."""
    for name in ("José Müller", "Юлия", "山田太郎", "न\u200dम"):
        assert one_line(name) == name
