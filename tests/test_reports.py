"""The formats of a graded class, each as those who read it ask for it."""

import csv
import io
import re
from dataclasses import replace
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from graded_class import BOTH, BROKEN, CLASS, EVERY_STATUS, HOSTILE, RIGHT, WRONG, graded, header, rendered, result

from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.report import FORMATS
from gradproof.conformance.grading.model import Graded, Grading
from gradproof.conformance.reports import gradebook, gradescope, junit, prairielearn
from gradproof.conformance.reports.views import View

# Gradescope


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize("hidden", [(), ("gradient",), ("forward", "relu.purity")])
@pytest.mark.parametrize("one", CLASS.submissions, ids=lambda one: one.submission)
def test_gradescope_tests_add_up_to_the_score(one: Graded, hidden: tuple[str, ...], view: View) -> None:
    """Whatever is hidden, and for what could not be judged as well."""
    made = gradescope.render(one, header(*hidden), view)
    assert sum(test.get("score", 0) for test in made["tests"]) == one.score == made["score"]


def test_gradescope_has_the_fields_of_its_specification() -> None:
    """Names, types and values that it knows, and no others."""
    made = gradescope.render(EVERY_STATUS, header(), seconds=1.23456)
    visibilities = {"visible", "hidden", "after_due_date", "after_published"}
    assert made["execution_time"] == 1.0
    assert {made["visibility"], made["stdout_visibility"]} <= visibilities
    known = {"score", "max_score", "status", "name", "name_format", "output", "output_format", "tags", "visibility"}
    for test in made["tests"]:
        assert set(test) <= known
        assert test["visibility"] in visibilities
        assert test.get("status", "passed") in ("passed", "failed")
        assert test["output_format"] == "text"
        assert all(isinstance(tag, str) for tag in test["tags"])


def test_gradescope_statuses() -> None:
    """Passed, failed; what was not made is failed if it costs points, and not marked if it costs none."""
    tests = gradescope.render(EVERY_STATUS, header())["tests"]
    assert {test["name"]: test.get("status") for test in tests} == {
        "affine.forward": "passed",
        "affine.gradient": "failed",
        "relu.forward": "failed",
        "relu.gradient": "failed",
        "relu.purity": "failed",
        "relu.finite_difference": None,
        "relu.dtype": "failed",
    }
    assert "advisory" in tests[-1]["output"]


def test_a_check_without_points_has_no_score_in_gradescope() -> None:
    """It is information; the score then stands above the tests, as Gradescope asks."""
    made = gradescope.render(graded("a", result("relu", "forward")), header())
    assert made["score"] == 0.0
    assert not {"score", "max_score"} & set(made["tests"][0])


def test_gradescope_hides_hidden_tests_and_keeps_their_points() -> None:
    """Visibility hidden, with the name that instructors see and no word more; those without points are left out."""
    one = graded(
        "a", result("relu", "forward", worth=2.0), result("relu", "dtype"), result("relu", "purity", worth=1.0)
    )
    tests = gradescope.render(one, header("forward", "dtype"))["tests"]
    hidden = [test for test in tests if test["visibility"] == "hidden"]
    points = {"score": 2.0, "max_score": 2.0, "status": "passed"}
    assert hidden == [{"name": "relu.forward", "name_format": "text", **points, "visibility": "hidden"}]
    assert [test["name"] for test in tests] == ["relu.purity", "relu.forward"]


def test_nothing_of_the_instructors_view_is_visible_on_gradescope() -> None:
    """Even if it is uploaded by mistake."""
    made = gradescope.render(WRONG, header(), View.INSTRUCTOR)
    assert {made["visibility"], *(test["visibility"] for test in made["tests"])} == {"hidden"}


def test_a_score_that_the_tests_do_not_give_is_left_out() -> None:
    """It would stand above them."""
    assert "score" not in gradescope.render(replace(RIGHT, score=9.0), header())


# PrairieLearn


@pytest.mark.parametrize("one", CLASS.submissions, ids=lambda one: one.submission)
def test_prairielearn_has_a_score_from_0_to_1_and_points_in_every_test(one: Graded) -> None:
    """A test without points or max_points would switch the points of all off; none is worth 0."""
    made = prairielearn.render(one, header("gradient"))
    assert made["score"] == one.score / 10
    assert sum(test["points"] for test in made["tests"]) == one.score
    assert all(isinstance(test["name"], str) and test["max_points"] > 0 for test in made["tests"])


def test_prairielearn_tells_of_hidden_checks_by_their_points_alone() -> None:
    """All of them in one test without detail, and with them what only a hidden one kept from being made."""
    made = prairielearn.render(EVERY_STATUS, header("forward", "gradient"))
    assert made["tests"][-1] == {"name": "hidden test", "points": 4.0, "max_points": 10.0}
    assert made["tests"][:-1] == []
    assert [line.split(":")[0] for line in made["output"].splitlines() if line.startswith("relu")] == [
        "relu.finite_difference",
        "relu.dtype",
    ]


def test_what_could_not_be_judged_is_not_gradable_in_prairielearn() -> None:
    """With the reason as format error; it costs no attempt."""
    made = prairielearn.render(BROKEN, header())
    assert (made["gradable"], made["score"]) == (False, 0.0)
    assert made["format_errors"] == ["layers.py: syntax error in line 7"]
    assert prairielearn.render(RIGHT, header())["gradable"]


@pytest.mark.parametrize(("status", "score"), [(Status.PASSED, 1.0), (Status.FAILED, 0.0)])
def test_without_points_it_is_all_or_nothing_in_prairielearn(status: Status, score: float) -> None:
    """An assignment need not say what its checks are worth."""
    assert (
        prairielearn.render(replace(graded("a", result("relu", "forward", status)), max_score=0.0), header())["score"]
        == score
    )


# JUnit

SUITE = {"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "skipped", "time"}
CASE = {"name", "classname", "time"}
OUTCOMES = {"failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"message"}}
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def suites(text: str) -> list[ElementTree.Element]:
    """The suites of a document that has the structure which both schemas ask for."""
    root = ElementTree.fromstring(text)
    assert (root.tag, root.attrib) == ("testsuites", {})
    for index, suite in enumerate(root):
        assert (suite.tag, set(suite.attrib)) == ("testsuite", SUITE)
        assert int(suite.attrib["id"]) == index
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        assert suite.attrib["name"].split()
        order = [child.tag for child in suite]
        cases = order.count("testcase")
        assert order == ["properties", *["testcase"] * cases, "system-out", "system-err"]
        assert all(set(each.attrib) == {"name", "value"} for each in suite[0])
        found = []
        for case in suite.findall("testcase"):
            assert set(case.attrib) == CASE
            assert re.fullmatch(r"\d+\.\d{3}", case.attrib["time"])
            assert len(case) <= 1
            assert all(set(child.attrib) == OUTCOMES[child.tag] and len(child) == 0 for child in case)
            found += [child.tag for child in case]
        counts = {"tests": cases, **{name: found.count(tag) for name, tag in COUNTED.items()}}
        assert {name: int(suite.attrib[name]) for name in counts} == counts
    return list(root)


@pytest.mark.parametrize("view", BOTH)
def test_junit_has_the_structure_that_the_schemas_ask_for(view: View) -> None:
    """Attributes, order of elements, counts; for the ordinary, the broken and the hostile."""
    made = suites(junit.render(replace(CLASS, submissions=(*CLASS.submissions, HOSTILE)), view))
    assert [suite.attrib["name"] for suite in made[:4]] == ["ann", "bob", "cy", "dee"]


def test_junit_failure_is_wrong_and_error_could_not_run() -> None:
    """Skipped is what depends on a failure, what is inconclusive, and what is advisory."""
    (suite,) = suites(junit.render(replace(CLASS, submissions=(EVERY_STATUS,))))
    cases = suite.findall("testcase")
    tags = {f"{case.attrib['classname']}.{case.attrib['name']}": [c.tag for c in case] for case in cases}
    assert tags == {
        "cy.affine.forward": [],
        "cy.affine.gradient": ["failure"],
        "cy.relu.forward": ["error"],
        "cy.relu.gradient": ["error"],
        "cy.relu.purity": ["skipped"],
        "cy.relu.finite_difference": ["skipped"],
        "cy.relu.dtype": ["skipped"],
    }
    assert "advisory" in cases[-1][0].text


def test_what_could_not_be_judged_is_an_error_in_junit() -> None:
    """With the problem as its message."""
    (suite,) = suites(junit.render(replace(CLASS, submissions=(BROKEN,))))
    (case,) = suite.iter("testcase")
    assert (case[0].tag, case[0].attrib["message"]) == ("error", "layers.py: syntax error in line 7")


# The gradebook


def rows(text: str) -> list[list[str]]:
    """The rows of a gradebook."""
    return list(csv.reader(io.StringIO(text)))


def test_the_gradebook_has_a_column_for_each_check_that_is_worth_points() -> None:
    """And an empty cell where a submission was not judged by it."""
    without = graded("cat", result("affine", "dtype"))
    assert rows(gradebook.render(replace(CLASS, submissions=(RIGHT, WRONG, without, BROKEN)))) == [
        ["submission", "score", "max_score", "affine.forward", "batchnorm.gradient", "problem", "cases"],
        ["ann", "10", "10", "4", "6", "", "secret"],
        ["bob", "4", "10", "4", "0", "", "secret"],
        ["cat", "0", "10", "", "", "", "secret"],
        ["dee", "0", "10", "", "", "layers.py: syntax error in line 7", "secret"],
    ]


STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", "\uff1d", "\ufe62", ";=", "a;=", 'a;"=', "a\t@", "a; -", "a\uff1b+"]


@pytest.mark.parametrize("separator", ",;\t")
@pytest.mark.parametrize("start", STARTS)
def test_no_cell_of_text_is_a_formula(start: str, separator: str) -> None:
    """Names and problems come from students, and spreadsheets run what starts so, whatever they take to separate cells.

    One that separates by semicolons gives quotes that stand behind a comma no meaning.
    """
    text = f"{start}HYPERLINK(1)"
    made = gradebook.render(Grading(header(), (graded(text, problem=text),)))
    naive = [cell for line in made.splitlines() for cell in line.split(separator)]
    cells = [*(cell for row in rows(made) for cell in row), *naive]
    assert not {normalize("NFKC", cell).strip("\"' \u00a0")[:1] for cell in cells if "'" not in cell[:3]} & set("=+-@")


def test_every_cell_of_the_gradebook_is_quoted() -> None:
    """Numbers and empty ones too: a reader that knows quotes finds each as one."""
    assert all(re.fullmatch(r'"[^"]*"(,"[^"]*")*', line) for line in gradebook.render(CLASS).splitlines())


def test_a_name_does_not_break_out_of_its_cell() -> None:
    """Quotes, commas, line breaks."""
    made = rows(gradebook.render(Grading(header(), (graded('a",b\nc,"d', result("relu", "forward", worth=1.0)),))))
    assert made[1] == ['a",b c,"d', "1", "10", "1", "", "secret"]


@pytest.mark.parametrize("view", BOTH)
@pytest.mark.parametrize("style", FORMATS)
def test_every_report_says_that_the_cases_were_public(style: str, view: View) -> None:
    """And none does where they were secret."""
    words = '"public"' if style == "csv" else "cases that come with gradproof"
    assert words in rendered(style, view, RIGHT, cases="public")
    assert words not in rendered(style, view, RIGHT)
