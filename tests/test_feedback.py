"""Feedback that leaves for other readers: prose, pull requests, Classroom 50, Exercism, code scanning."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Command
from graded_class import BROKEN, EVERY_STATUS, RIGHT, graded, header, rendered, result
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.checks.results import Status
from gradproof.conformance.engine.places import Place, named_in
from gradproof.conformance.grading.course.standing import Standing
from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports import gradescope, junit
from gradproof.conformance.reports.feedback import alone, annotations, classroom50, exercism, prose, sarif
from gradproof.conformance.reports.languages.speaking import speaking
from gradproof.conformance.reports.views import View, sheet, told
from gradproof.conformance.spec.english_phrases import AT
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

SEEN = found(Kind.TOLD, reason="db is a mean", function="affine_backward")
PARTLY = replace(
    graded("eve", replace(result("affine", "gradient", Status.FAILED, 3.0, findings=(SEEN,)), points=2.0)),
    places={"affine_backward": Place("net/layers,a.py", 12)},
)


def of(one, view: View = View.STUDENT, **others):
    """What is told of a submission."""
    return sheet(one, header(), view, **others)


def test_prose_begins_with_what_to_mend() -> None:
    """The points, then what was lost, what waits, what costs nothing, what is right."""
    text = prose.text(of(EVERY_STATUS), header())
    titles = ["week 1: cy", "To mend", "Not judged for that", "Beside that", "Right"]
    assert [line for line in text.splitlines() if line in titles] == titles
    assert "affine.gradient: failed, 0 of 3 points" in text


def test_prose_is_set_as_its_language_is() -> None:
    """Labels too: no mark of another language between a label and what it says."""
    with speaking("zh"):
        told_of = of(EVERY_STATUS)
        assert "- **发现**：" in prose.markdown(told_of, header())
        assert "  发现：" in prose.text(told_of, header())
        assert "部分正确" in prose.text(of(PARTLY), header())


def test_what_earned_a_part_is_not_called_a_failure() -> None:
    """Neither in words nor by Gradescope's status."""
    assert "affine.gradient: partly right, 2 of 3 points" in prose.text(of(PARTLY), header())
    (test,) = gradescope.render(PARTLY, header())["tests"]
    assert (test["score"], test.get("status")) == (2.0, None)
    assert "failed" not in test["output"]


@given(st.text(alphabet="a*_`[]()<>#|~$@&\\\n", max_size=30))
def test_nothing_that_is_said_becomes_markup(said: str) -> None:
    """No tag, link, emphasis, code or mention comes of a hand-in's words."""
    made = prose._escaped(said)
    assert not {"<", ">"} & set(made)
    assert made.count("@") == made.count("@\u200b")
    bare = made.replace("\\\\", "")
    for mark in "*_`]#|~$":
        assert bare.count(mark) == bare.count(f"\\{mark}")


def test_classroom50_has_whole_scores_that_add_up() -> None:
    """And the fields of its contract, from the environment of its runner."""
    environment = {"CLASSROOM": "cs", "ASSIGNMENT": "hw1", "COMMIT_URL": "https://c", "SUBMISSION_TAG": "submit/1"}
    made = classroom50.of(of(EVERY_STATUS), Grading(header(), ()), "2026-10-05T10:00:00", environment)
    assert made["schema"] == "classroom50/result/v1"
    words = ("classroom", "assignment", "submission", "commit", "release", "review", "datetime")
    assert [made[name] for name in words] == ["cs", "hw1", "submit/1", *["https://c"] * 3, "2026-10-05T10:00:00Z"]
    assert (made["score"], made["max-score"]) == (4, 10)
    assert all(isinstance(test["score"], int) and isinstance(test["passed"], bool) for test in made["tests"])
    assert set(made) == {"schema", *words, "score", "max-score", "tests"}  # it takes no key that it does not know
    assert made["tests"][0]["message"].startswith("4 of 10 points")
    bare = classroom50.of(of(RIGHT), Grading(header(), ()), "2026-10-05T10:00:00", {})
    assert bare["submission"] == "submit/ann"


@pytest.mark.parametrize(
    ("points", "worth", "expected"),
    [
        ([2.4, 2.4, 3.0], [3, 3, 3], [(2, 3), (2, 3), (3, 3)]),
        ([1.4, 1.4, 1.4], [3, 3, 3], [(2, 3), (1, 3), (1, 3)]),
        ([0.5, 0.25], [0.5, 1.5], [(1, 1), (1, 3)]),
        ([2.9], [3], [(2, 3)]),
        ([0.3333, 0.001, 2.5], [0.3333, 0.001, 2.5], [(2, 2), (0, 0), (15, 15)]),
    ],
)
def test_whole_numbers_keep_their_sum_and_round_no_failure_up(points, worth, expected) -> None:
    """Where something is worth half a point, all are told in halves."""
    assert classroom50.whole(points, worth) == expected


def test_what_lateness_takes_is_taken_from_whole_scores() -> None:
    """The sum is what is left, as near as whole numbers can; nothing that was right is called wrong."""
    assert classroom50.lowered([(4, 4), (3, 3), (3, 3)], 0.9) == [(3, 4), (3, 3), (3, 3)]
    assert classroom50.lowered([(4, 4), (1, 3)], 0.0) == [(0, 4), (0, 3)]
    assert classroom50.lowered([(4, 4), (1, 3)], 1.0) == [(4, 4), (1, 3)]


def test_what_says_the_same_is_said_once() -> None:
    """Of checks that wait for one thing, in mails and on pull requests: their names, their points, and why, once."""
    why = (found(Kind.MISSING, function="relu_forward", expected="relu_forward(x)"),)
    checks = [
        result("relu", name, Status.SKIPPED, worth, findings=why)
        for name, worth in (("forward", 1.0), ("gradient", 2.0))
    ]
    told = prose.text(of(graded("ann", *checks)), header())
    assert "relu.forward, relu.gradient: skipped, 0 of 3 points" in told
    assert told.count("relu_forward is missing") == 1


def test_sarif_is_built_as_its_format_asks() -> None:
    """What the schema of 2.1.0 requires of each part that we make, and that every index leads somewhere."""
    for one in (EVERY_STATUS, BROKEN, PARTLY, graded("no", problem="it is no plain file")):
        log = sarif.of(of(one), header(), "hw 1/")
        assert (log["version"], list(log)) == ("2.1.0", ["$schema", "version", "runs"])
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        rules = [rule["id"] for rule in driver["rules"]]
        assert driver["name"] == "gradproof"
        assert len(rules) == len(set(rules))
        assert all(re.fullmatch(r"[a-z_]+", rule) for rule in rules)
        assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
        for each in run["results"]:
            assert each["level"] in ("error", "warning", "note", "none")
            assert rules[each["ruleIndex"]] == each["ruleId"]
            assert each["message"]["text"]
            for place in each["locations"]:
                assert place["logicalLocations"][0]["fullyQualifiedName"]
                physical = place["physicalLocation"]  # without it GitHub refuses all of them
                assert re.fullmatch(r"[!-~]+", physical["artifactLocation"]["uri"])
                assert physical["region"]["startLine"] >= 1


def test_exercism_links_tests_to_tasks() -> None:
    """Version 3: pass, fail or error, in the order of the assignment; advisory complaints pass."""
    made = exercism.of(of(EVERY_STATUS))
    assert (made["version"], made["status"], made["message"]) == (3, "fail", None)
    assert [(test["name"], test["status"], test["task_id"]) for test in made["tests"]] == [
        ("affine.forward", "pass", 1),
        ("affine.gradient", "fail", 1),
        ("relu.forward", "error", 2),
        ("relu.gradient", "error", 2),
        ("relu.purity", "fail", 2),
        ("relu.finite_difference", "pass", 2),
        ("relu.dtype", "pass", 2),
    ]
    assert "affine_forward(x, w, b)" in made["tests"][0]["test_code"]
    assert exercism.of(of(RIGHT))["status"] == "pass"
    assert exercism.of(of(BROKEN))["status"] == "error"


def test_exercism_is_told_no_more_than_it_takes() -> None:
    """The message above the tests has 65,535 bytes at most, of whatever language; no character is cut in two."""
    told = replace(of(BROKEN), notes=tuple("坏" * 500 for _ in range(50)))
    message = exercism.of(told)["message"]
    assert exercism.MOST - 3 < len(message.encode()) <= exercism.MOST


def test_github_is_told_file_and_line() -> None:
    """Escaped as its workflow commands ask: nothing that is said starts a command of its own."""
    evil = replace(PARTLY, run=replace(PARTLY.run, notes=("x\n::set-output name=a::b",)))
    lines = annotations.of(sheet(evil, header(cases="public"), View.INSTRUCTOR), "hw1/").splitlines()
    assert lines[0].startswith("::error file=hw1/net/layers%2Ca.py,line=12,title=affine.gradient::partly right%0A")
    assert all(line.startswith(("::error ", "::notice ")) for line in lines)


def test_sarif_has_a_rule_and_a_place_for_each_complaint() -> None:
    """Of its own kind where it is only advisory; a path is a URI."""
    (run,) = sarif.of(of(PARTLY), header())["runs"]
    (one,) = run["results"]
    place = one["locations"][0]["physicalLocation"]
    assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"] == "gradient"
    assert place == {"artifactLocation": {"uri": "net/layers%2Ca.py"}, "region": {"startLine": 12}}
    assert one["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "affine_backward"}]
    (run,) = sarif.of(of(EVERY_STATUS), header())["runs"]
    assert [each["level"] for each in run["results"]] == ["error", "error", "error", "warning"]
    assert {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]} == {"cy"}


def test_a_function_that_is_nowhere_is_told_of_the_submission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gradproof: Command
) -> None:
    """Where one stands or below, as a file or as a folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "my layers.py").write_text("def relu_forward(x):\n    return x * (x > 0), x\n")
    for path, expected in (("hw", "hw/"), ("hw/my layers.py", "hw/my%20layers.py")):
        (run,) = json.loads(gradproof("check", path, "--format", "sarif", "--cases", "2")[1])["runs"]
        (place,) = (each["locations"][0]["physicalLocation"] for each in run["results"] if each["level"] == "error")
        assert place == {"artifactLocation": {"uri": expected}, "region": {"startLine": 1}}


def test_what_cannot_be_imported_is_told_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gradproof: Command
) -> None:
    """Of a file alone, which nothing can be judged of, and of one among others; exit code 2 and the line stay."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw").mkdir()
    lost = "import numpy as np\n\n\ndef relu_forward(x):\n    return np.maximum(0, x, x\n\n\ny = (1\n"
    (tmp_path / "hw" / "layers.py").write_text(lost)
    code, told, line = gradproof("check", "hw/layers.py", "--format", "github")
    assert (code, "syntax error in line 5" in line) == (2, True)
    assert told.startswith("::error file=hw/layers.py,line=5,title=could not be judged::")
    (run,) = json.loads(gradproof("check", "hw/layers.py", "--format", "sarif")[1])["runs"]
    (place,) = (each["locations"][0]["physicalLocation"] for each in run["results"])
    assert place == {"artifactLocation": {"uri": "hw/layers.py"}, "region": {"startLine": 5}}
    (tmp_path / "hw" / "more.py").write_text("def affine_forward(x, w, b):\n    return x @ w + b, None\n")
    _, told, _ = gradproof("check", "hw", "--format", "github", "--cases", "2")
    assert "::error file=hw/layers.py,line=5,title=relu.interface::" in told


def test_the_last_line_that_an_import_ends_with_counts(tmp_path: Path) -> None:
    """If the submission has it, and one file of that name: what its process says is no more than a claim."""
    for name in ("net.py", "a/util.py", "a/layers.py", "b/layers.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")

    def ending(file: str, line: object) -> str:
        told = say(AT, told="NameError", file=file, line=line)
        return say(sent.IMPORT_FAILED, file="net.py", reason=told)

    assert named_in(ending("util.py", "1"), tmp_path) == Place("a/util.py", 1)
    for file, line in (("util.py", 99), ("layers.py", 1), ("../net.py", 1), ("util.py", "9" * 5000), ("util.py", None)):
        assert named_in(ending(file, line), tmp_path) is None


def test_seconds_stand_at_the_first_check_of_a_contract() -> None:
    """They add up to what a contract took; a student is told whole ones, of the submission."""
    of_class = Grading(header(), (EVERY_STATUS,), {"cy": 3.25}, {"cy": {"affine": 1.25, "relu": 0.5}})
    times = [part.split('"')[0] for part in junit.render(of_class).split('time="')[1:]]
    assert times == ["3.250", "1.250", "0.000", "0.500", *["0.000"] * 4]
    (one,) = told(of_class, View.STUDENT)
    assert (one.seconds, one.times) == (3.0, {})


def test_hidden_checks_are_revealed_when_the_assignment_says_so() -> None:
    """By Gradescope's visibility, with what students are told of any check."""
    course = Grading(header(), ()).course.model_copy(update={"reveal": "after_due_date"})
    one = sheet(EVERY_STATUS, header("gradient"), View.STUDENT, course=course)
    later = [test for test in gradescope.of(one, course)["tests"] if test["visibility"] == "after_due_date"]
    assert [test["name"] for test in later] == ["affine.gradient", "relu.gradient", "relu.purity"]
    assert "must hold" in later[0]["output"]


def test_what_lateness_takes_stands_above_the_tests_of_gradescope() -> None:
    """Their points are what was earned; the score is less."""
    one = sheet(RIGHT, header(), View.STUDENT, standing=Standing("ann", days_late=2, share_lost=0.2))
    made = gradescope.of(one, Grading(header(), ()).course)
    assert (made["score"], sum(test["score"] for test in made["tests"])) == (8.0, 10.0)
    assert "note: 2 days late: 2 of the 10 points that were earned are taken off" in made["output"]


@pytest.mark.parametrize("style", alone.STYLES)
def test_one_check_is_told_in_the_formats_of_a_class(style: str, tmp_path: Path) -> None:
    """With all that its author may see, and the place from where one stands."""
    assert PARTLY.run is not None
    made = alone.render(style, PARTLY.run, tmp_path, {"affine_backward": Place("layers.py", 12)})
    assert "db is a mean" in made
    if style == "github":
        assert f"file={tmp_path}/layers.py,line=12" in made
    if style == "sarif":
        json.loads(made)
    if style == "html":
        assert not re.search("<script|mean score|[Ss]tudents", made)
        assert "versions" in made
        assert "sha256" not in made  # of which there is none


def test_each_feedback_is_of_one_student() -> None:
    """Nothing of it names another."""
    assert "bob" not in rendered("markdown", View.STUDENT, RIGHT)
