"""The page of a class: one file that needs nothing else and says what the class has in common."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import StringIO

from graded_class import CLASS, HOSTILE, RIGHT, WRONG, graded, header, rendered, result
from rich.console import Console

from gradproof.conformance.checks.results import Picture, Result, Status
from gradproof.conformance.engine.course import Course
from gradproof.conformance.grading.course.standing import standings
from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports import class_table, gradescope, html
from gradproof.conformance.reports.frequent import failures, mistakes
from gradproof.conformance.reports.languages.speaking import speaking
from gradproof.conformance.reports.page.anchors import breaking
from gradproof.conformance.reports.views import View, sheet, told
from gradproof.conformance.reports.wording import folded
from gradproof.conformance.spec.findings import Kind, Raised, found
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import placeholders, say

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


def test_in_a_narrow_terminal_words_stay_whole() -> None:
    """What was found most often has as much room as the names have."""
    page = Console(file=StringIO(), width=40)
    class_table.render(CLASS, page)
    assert {"differs", "relu_forward", "submissions"} <= set(page.file.getvalue().split())


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


def test_a_column_of_which_nobody_has_anything_is_left_out() -> None:
    """What is said beside points: there is none in a class that needs no word of it."""
    shown = [html.render(Grading(header(), some), View.INSTRUCTOR) for some in ((RIGHT, WRONG), CLASS.submissions)]
    assert ["beside that" in page for page in shown] == [False, True]
