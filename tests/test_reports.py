"""The formats of a graded class, each as those who read it ask for it."""

import csv
import io
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from graded_class import BOTH, BROKEN, CLASS, EVERY_STATUS, HOSTILE, RIGHT, WRONG, graded, header, rendered, result

from gradproof.conformance.checks.results import Picture, Result, Status
from gradproof.conformance.cli.report import FORMATS
from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import standings
from gradproof.conformance.grading.model import Graded, Grading
from gradproof.conformance.reports import class_table, gradebook, gradescope, html, junit, prairielearn
from gradproof.conformance.reports.frequent import failures, mistakes
from gradproof.conformance.reports.languages.speaking import speaking
from gradproof.conformance.reports.page.anchors import breaking
from gradproof.conformance.reports.views import View, sheet, told
from gradproof.conformance.reports.wording import folded
from gradproof.conformance.spec.findings import Kind, Raised, found
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import placeholders, say

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


# The page


class Page(HTMLParser):
    """The elements of a page, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += " "
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_else() -> None:
    """No image, style sheet or address; every link goes to a part of the page, and none is called by a number."""
    page = Page(html.render(CLASS))
    assert not {"img", "link", "iframe", "object"} & set(page.tags)
    links = [value for name, value in page.attributes if name == "href"]
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert {"student-ann", "check-batchnorm.gradient", "student-bob-batchnorm.gradient"} <= set(ids)
    assert not {name for name, _ in page.attributes} & {"src", "onclick", "onload"}
    assert "url(" not in html.render(CLASS)


def test_the_only_script_is_the_one_that_the_policy_names() -> None:
    """By its digest; a student's page has none."""
    text = html.render(CLASS)
    (script,) = re.findall("<script>(.*?)</script>", text, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "<script" not in html.render(replace(CLASS, submissions=(RIGHT,)), View.STUDENT)


def test_markup_in_a_submission_stays_text() -> None:
    """Autoescaped; a content security policy stands behind it."""
    page = Page(html.render(Grading(header(), (HOSTILE,))))
    assert page.tags.count("script") == 1
    assert "<script>alert(1)</script>" in page.text


def test_the_page_shows_the_class() -> None:
    """Who has what, what most got wrong, every complaint."""
    text = " ".join(Page(html.render(CLASS)).text.split())
    for words in ("bob 4 of 10", "mean score 4.5", "affine.gradient: failed, 0 of 3 points", "found db is a mean"):
        assert words in text
    assert "could not be judged" in text


def test_a_mistake_stands_there_by_its_name_once() -> None:
    """With how many made it, wherever it shows; a failure without a name is known by its check."""

    def wrong(name: str, check: str, diagnosis: str | None, **others) -> Result:
        return result(name, check, Status.FAILED, diagnosis=diagnosis, message="seen", **others)

    two = graded("a", wrong("relu", "forward", "relu:m", hint="h"), wrong("affine", "gradient", "relu:m", hint="h"))
    sheets = [sheet(one, header(), View.INSTRUCTOR) for one in (two, graded("b", wrong("relu", "forward", None)))]
    found = [(each.name, each.students, each.says) for each in mistakes(sheets)]
    assert found == [("relu.forward", (1,), "seen"), ("relu:m", (0,), "h")]


def test_mistakes_are_counted_by_students_and_each_by_itself() -> None:
    """Two attempts with the same mistake are one student; two mistakes that are told together are two lines."""
    both = result("relu", "forward", Status.FAILED, diagnosis="relu:m+relu:n", message="seen")
    ones = [sheet(graded(name, both), header(), View.INSTRUCTOR) for name in ("ann_1", "ann_2")]
    sheets = [replace(one, standing=replace(one.standing, student="ann")) for one in ones]
    assert [(each.name, each.students) for each in mistakes(sheets)] == [("relu:m", (1,)), ("relu:n", (1,))]


def test_what_could_not_be_judged_is_a_line_for_each_reason() -> None:
    """The reason of one is not told of another."""
    problems = {"ann": sent.UNREADABLE, "bob": sent.UNREADABLE, "cy": sent.SYNTAX}
    words = {name: say(template, **dict.fromkeys(placeholders(template), "x")) for name, template in problems.items()}
    sheets = [sheet(graded(name, problem=each), header(), View.INSTRUCTOR) for name, each in words.items()]
    assert [(each.name, each.students) for each in mistakes(sheets)] == [
        ("could not be judged", (0, 1)),
        ("could not be judged", (2,)),
    ]


def test_names_break_between_their_words_and_nowhere_else() -> None:
    """Where a browser may break them is marked; what they hold stays text."""
    assert breaking("batchnorm:eps_outside.a-b") == "batchnorm:<wbr>eps_<wbr>outside.<wbr>a-<wbr>b"
    assert breaking("<b>__x") == "&lt;b&gt;__<wbr>x"
    assert folded("dave-of-the-long-name_attempt1", 20) == "dave-of-the-long-\nname_attempt1"


def test_points_are_shown_as_one_reads_them() -> None:
    """29.67, not 29.666667."""
    thirds = graded("a", replace(result("relu", "forward", Status.FAILED, 30.0), points=29.6666667))
    text = html.render(Grading(header(), (thirds,)))
    assert "29.67 of 30 points" in text
    assert "29.6666667 of" not in text
    made = gradescope.render(thirds, header())
    assert (made["score"], made["tests"][0]["score"]) == (29.67, 29.67)


def test_a_failing_case_is_drawn_for_the_instructor_and_where_cases_are_public() -> None:
    """Three tables of colours, each cell with its place and value; what is not finite is black."""
    picture = Picture("dx", (2, 0), ((1.0, -2.0), (0.0, 3.0)), ((1.0, 2.0), (None, 3.0)))
    one = graded("a", replace(result("relu", "gradient", Status.FAILED, 1.0), picture=picture))
    text = html.render(Grading(header(), (one,)))
    assert text.count("<rect") >= 12
    for words in ("dx[2, 1]: -2", "dx[2, 1]: 4", "dx[3, 0]: not finite", 'fill="#000"'):
        assert words in text
    assert "dx[2, 1]" not in html.render(Grading(header(), (one,)), View.STUDENT)
    assert "dx[2, 1]" in html.render(Grading(header(cases="public"), (one,)), View.STUDENT)


def test_attempts_over_time_are_drawn() -> None:
    """Of a student with several, in the order in which they came."""
    ones = (replace(WRONG, submission="ann_1"), replace(RIGHT, submission="ann_2"))
    standing = standings(ones, Course.model_validate({"student": r"(.+)_\d"}), {})
    assert "points of the attempts: 4, 10" in html.render(Grading(header(), ones, standings=standing))
    assert "points of the attempts" not in html.render(CLASS)


def test_a_sentence_with_links_in_it_is_one_sentence() -> None:
    """It ends as the language ends it, and names stay names."""
    made = Grading(header(), (replace(WRONG, submission="<b>{x}"),))
    with speaking("zh"):
        assert ">&lt;b&gt;{x}</a>。" in html.render(made).replace("<wbr>", "")
    assert ">&lt;b&gt;{x}</a>." in html.render(made).replace("<wbr>", "")


def test_terminal_and_page_tell_of_the_same_points() -> None:
    """Of a student's attempts the one that counts."""
    ones = (replace(WRONG, submission="ann_1"), replace(RIGHT, submission="ann_2"), replace(WRONG, submission="bob_1"))
    standing = standings(ones, Course.model_validate({"student": r"(.+)_\d", "attempts": "best"}), {})
    made = Grading(header(), ones, standings=standing)
    assert "points: median 7, from 4 to 10 of 10" in class_table.totals(made)
    assert "median score 7" in " ".join(Page(html.render(made)).text.split())


def test_the_most_frequent_failures_come_first() -> None:
    """With what was said of them most often, and of how many that is true; advisory ones are not counted."""

    def of(name: str, message: str, check: str = "gradient", required: bool = True):
        wrong = result("relu", check, Status.FAILED, message=message, required=required)
        return sheet(graded(name, wrong), header(), View.INSTRUCTOR)

    sheets = [of("a", "x"), of("b", "y"), of("c", "y"), of("d", "z", "forward"), of("e", "", "dtype", False)]
    assert [(f.name, f.count, f.message) for f in failures(sheets)] == [
        ("relu.gradient", 3, "2 of 3: y"),
        ("relu.forward", 1, "z"),
    ]
    assert [(m.name, m.says) for m in mistakes(sheets)] == [("relu.gradient", "2 of 3: y"), ("relu.forward", "z")]


def test_what_a_class_has_in_common_is_told_in_our_own_words() -> None:
    """An exception by its type and line, a problem without what the hand-in put into it."""
    error = Raised("ValueError", "everybody but me cheats", "layers.py", 3)
    raised = result("relu", "forward", Status.ERRORED)
    raised = replace(raised, findings=(found(Kind.RAISED, function="relu_forward", exception=error),))
    problem = say(sent.IMPORT_FAILED, file="cheats.py", reason="cheats")
    class_ = Grading(header(), (graded("a", raised), graded("b", problem=problem)))
    assert [each.message for each in failures(told(class_, View.INSTRUCTOR))] == [
        "\N{HORIZONTAL ELLIPSIS}: cannot be imported: \N{HORIZONTAL ELLIPSIS}",
        "relu_forward raised ValueError (layers.py, line 3)",
    ]
    assert "cheats" not in " ".join(each.says for each in mistakes(told(class_, View.INSTRUCTOR)))


def test_an_empty_class_can_be_rendered() -> None:
    """Where grading has only begun."""
    for style in ("html", "junit", "csv"):
        assert rendered(style, View.INSTRUCTOR)
