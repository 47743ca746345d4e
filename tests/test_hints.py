"""How much is told of a mistake: four levels, each of which tells more; the answer's code is in the last alone."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from conftest import Functions, Judge, local_session
from graded_class import judged, result, written

from gradproof import impl
from gradproof.conformance.checks import hints
from gradproof.conformance.checks.results import Result, Status
from gradproof.conformance.cli.report import report
from gradproof.conformance.engine.assignment import Assignment
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.grading.model import PUBLIC, SECRET, Graded, Grading, Header, from_line, to_line
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.reports.views import View, sheet
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.english_edits import CHANGES
from gradproof.conformance.spec.findings import Kind, found
from gradproof.conformance.spec.hints import english

MOST_WORDS = 160
GRADE = 9.0
CODE = re.compile(r"\*\*|[-+/*@] |\(1 |np\.|==")


@pytest.fixture
def named(oracle: Oracle, impl_functions: Functions) -> Callable[..., Result]:
    """The first failed check of a contract, with some of impl's functions replaced."""

    def first(contract: str, **replaced: Callable[..., Any]) -> Result:
        plan = Plan((contract_named(contract),))
        exam = gather(plan.contracts[0], local_session({**impl_functions, **replaced}), oracle, plan)
        return next(each for each in judge(exam, oracle, plan) if each.status.is_bad and each.ladder)

    return first


def slope_of_tan(dout, x):
    """On no list: 1 + out^2."""
    return dout * (1 + np.tanh(x) ** 2)


def mean_of_dout(dout, cache):
    """On the list."""
    dx, dw, _ = impl.affine_backward(dout, cache)
    return dx, dw, dout.mean(axis=0)


def test_an_edit_is_told_in_four_levels(named: Callable[..., Result]) -> None:
    """The idea and a question, the place, the numbers, the formula."""
    concept, place, numbers, formula = named("tanh", tanh_backward=slope_of_tan).ladder
    assert concept.startswith("The hyperbolic tangent")
    assert concept.endswith("?")
    assert place.endswith("the step that makes `dx` in tanh_backward: it adds where it should not.")
    assert re.search(r"dx\[0, 0\] is 2\.\d+, where 0\.2\d+ is right", numbers)
    assert "with + in place of - in `1 - out ** 2`" in formula


@pytest.mark.parametrize(
    ("piece", "within", "words"),
    [
        ("no_division", ("a", "t"), "a division is missing in it, the one with `a` and `t`."),
        ("no_power", (), "a power is missing in it."),
        ("a_name", ("dw",), "`dw` stands in it in the place of something else."),
        ("", (), "one factor, term or function in it is missing or comes in once too often."),
    ],
)
def test_a_place_says_which_piece_is_missing_or_wrong(piece: str, within: tuple[str, ...], words: str) -> None:
    """By the names in it; where no more is known than the kind of change, by that."""
    place = found(
        Kind.PLACE,
        function="adam",
        names=("w",),
        how="part",
        piece=piece,
        within=within,
        step="makes",
        made=("v",),
    )
    assert sentence(place) == f"Your w is wrong by one step. Look at the step that makes `v` in adam: {words}"


def test_a_known_mistake_is_told_in_the_same_levels(named: Callable[..., Result]) -> None:
    """What is right is told last."""
    concept, place, numbers, formula = named("affine", affine_backward=mean_of_dout).ladder
    assert concept.endswith("nothing divides by N here.")
    assert place == "Your bias gradient is the mean of dout over the batch."
    assert "db[" in numbers
    assert formula == "To be exact: it is the sum."


@pytest.mark.parametrize("change", [{"tanh_backward": slope_of_tan}, {"affine_backward": mean_of_dout}])
def test_no_level_but_the_last_gives_the_code(change: dict[str, Any], named: Callable[..., Result]) -> None:
    """Neither a formula nor what stands in place of what."""
    told = named(next(iter(change)).partition("_")[0], **change)
    assert not CODE.search(re.sub(r"[-+]?\d[\d.e+-]*", "", " ".join(told.ladder[:3])))


def test_steps_inside_the_function_are_told(named: Callable[..., Result]) -> None:
    """What goes through the variance is wrong there, and so is dx."""

    def forward(x, gamma, beta, ln_param):
        std = np.sqrt(x.var(axis=1, keepdims=True) + ln_param.get("eps", 1e-5))
        x_hat = (x - x.mean(axis=1, keepdims=True)) / std
        return gamma * x_hat + beta, (x_hat, gamma, std)

    def backward(dout, cache):
        x_hat, gamma, std = cache
        d = dout / gamma
        dx = (d - d.mean(axis=1, keepdims=True) - x_hat * (d * x_hat).mean(axis=1, keepdims=True)) / std
        return dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0)

    numbers = named("layernorm", layernorm_forward=forward, layernorm_backward=backward).ladder[2]
    assert re.search(r": dx_hat\[\d, \d\] is \S+, where \S+ is right; dx\[", numbers)


@pytest.mark.parametrize("level", range(5))
def test_a_level_tells_what_is_below_it(level: int) -> None:
    """And nothing above it; no name where the place is not told."""
    full = result("tanh", "gradient", Status.FAILED, hint="ALL", ladder=("A", "B", "C", "D"), diagnosis="tanh:mistake")
    (told,) = hints.up_to([full], level)
    assert told.hint == " ".join("ABCD"[:level])
    assert told.diagnosis == ("tanh:mistake" if level >= hints.NAMED else None)
    assert told.ladder == ()


@pytest.mark.parametrize("level", range(5))
def test_what_names_no_mistake_is_told_from_the_first_level(level: int) -> None:
    """It has no levels."""
    plain = result("tanh", "gradient", Status.FAILED, hint="twice too large")
    assert hints.told(plain, level) == ("twice too large" if level else "")


@pytest.mark.parametrize("cases", [SECRET, PUBLIC])
def test_students_of_a_class_see_the_level_of_their_assignment(cases: str) -> None:
    """And of secret cases no number at any level; the instructor sees all."""
    ladder, discreet = ("idea", "place", "NUMBER", "formula of NUMBER"), ("idea", "place", "", "formula")
    bad = result("tanh", "gradient", Status.FAILED, 1.0, hint="ALL", ladder=ladder, discreet_ladder=discreet)
    graded = from_line(to_line(Graded("one", "one.py", "", 0.0, 1.0, None, judged(bad))))
    for level in range(5):
        header = Header("week 1", "", 1.0, "shared", "golden", 0, cases=cases, hints=level)
        (entry,) = sheet(graded, header, View.STUDENT).entries
        assert entry.hint == " ".join(filter(None, (ladder if cases == PUBLIC else discreet)[:level]))
        (entry,) = sheet(graded, header, View.INSTRUCTOR).entries
        assert entry.hint == "ALL"


@pytest.mark.parametrize(("options", "told"), [((), "idea place"), (("--hints", "4"), "idea place formula")])
def test_a_report_can_be_made_at_another_level(options: tuple[str, ...], told: str, tmp_path: Path) -> None:
    """When a deadline is past, say: the whole ladder was kept."""
    ladder, discreet = ("idea", "place", "NUMBER", "formula of NUMBER"), ("idea", "place", "", "formula")
    bad = result("tanh", "gradient", Status.FAILED, 1.0, hint="ALL", ladder=ladder, discreet_ladder=discreet)
    header = Header("week 1", "", 1.0, "shared", "golden", 0)
    grading = Grading(header, (Graded("one", "one.py", "", 0.0, 1.0, None, judged(bad)),))
    done = CliRunner().invoke(report, [str(written(tmp_path / "out", grading)), "--format", "markdown", *options])
    page = (tmp_path / "out" / "markdown" / "one.md").read_text()
    assert done.exit_code == 0
    assert told in page
    assert "NUMBER" not in page
    assert ("formula" in page) == ("formula" in told)


def test_numbers_of_secret_cases_are_in_no_level(named: Callable[..., Result]) -> None:
    """What was solved for is one."""

    def backward(dout, x):
        return dout * (1 - 0.7771 * np.tanh(x) ** 2)

    told = named("tanh", tanh_backward=backward)
    assert "0.7771" in told.ladder[3]
    assert "0.7771" not in " ".join(told.discreet_ladder)
    assert told.discreet_ladder[2] == ""


def test_an_assignment_says_how_much_is_told() -> None:
    """2 by default; no less than nothing."""
    asked = {"name": "week 1", "contracts": {"tanh": {"gradient": 1.0}}}
    assert Assignment.model_validate(asked).hints == hints.DEFAULT
    assert Assignment.model_validate({**asked, "hints": 4}).hints == hints.MOST
    with pytest.raises(ValueError, match="hints"):
        Assignment.model_validate({**asked, "hints": 5})


def test_every_change_has_its_place_and_question() -> None:
    """A kind of edit that comes later too."""
    assert set(english.GROUPS) == set(CHANGES)
    assert set(english.QUESTIONS) == set(english.PLACES) == set(english.GROUPS.values())


def test_a_contract_of_which_nobody_wrote_the_idea_has_a_question() -> None:
    """A layer that is added needs no entry here."""
    told = found(Kind.CONCEPT, contract="planted", is_gradient=False, how="operator", question="")
    assert sentence(told) == english.QUESTIONS["signs"]


def spoken(text: str) -> tuple[int, int, int]:
    """Sentences, words and syllables, as Flesch counts them: groups of vowels, a silent e at the end apart."""
    words = re.findall(r"[a-z]+", text.lower())
    syllables = [max(1, len(re.findall(r"[aeiouy]+", re.sub(r"(?<=[^aeiouyl])e$", "", word)))) for word in words]
    return max(1, len(re.findall(r"[.?!](?:\s|$)", text))), len(words), sum(syllables)


def grade(text: str) -> float:
    """The grade of school at which one can read it, by Flesch and Kincaid."""
    sentences, words, syllables = spoken(text)
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def test_the_first_level_can_be_read_at_school() -> None:
    """Whatever contract and change it is of; and it is short."""
    for idea in english.CONCEPTS.values():
        for question in english.QUESTIONS.values():
            told = f"{idea} {english.GRADIENT} {question}"
            assert grade(told) <= GRADE, told
            assert spoken(told)[1] <= MOST_WORDS


def test_the_second_level_can_be_read_at_school() -> None:
    """Its formulas are names alone."""
    for what in english.PLACES.values():
        assert grade(f"Your dx is wrong by one step. Look at the step that makes dx: {what}.") <= GRADE, what


def test_the_levels_are_kept_with_a_grading() -> None:
    """So that a report can be made at another level."""
    bad = result("tanh", "gradient", Status.FAILED, 1.0, hint="ALL", ladder=("a", "b", "c", "d"))
    graded = Graded("one", "one.py", "", 0.0, 1.0, None, judged(bad, replace(bad, ladder=())))
    kept = from_line(to_line(graded)).run
    assert kept is not None
    assert [each.ladder for each in kept.results] == [("a", "b", "c", "d"), ()]


def shares(W, X, y, reg):
    """The largest score is taken out, and then a share of 0 has no logarithm."""
    scores = X @ W
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[np.arange(len(y)), y]).mean() + reg * (W * W).sum()
    probabilities[np.arange(len(y)), y] -= 1
    return loss, X.T @ probabilities / len(y) + 2 * reg * W


def test_a_logarithm_of_a_share_is_told_from_a_maximum_that_stays(judge_impl: Judge) -> None:
    """Both lose at scores of 1,000; who has taken the largest out is not told that it is there."""
    results = judge_impl("softmax_loss_vectorized", softmax_loss_vectorized=shares)
    assert results["stability"].diagnosis == "softmax_loss_vectorized:logarithm_of_zero"
    assert "no share is given to a logarithm" in results["stability"].hint


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (".max(axis=1, keepdims=True)", ".max() * 0", "maximum_is_not_subtracted"),
        ("-np.log(probabilities[np.arange(len(y)), y]).mean()", "ONE / len(y)", "logarithm_of_the_sum"),
    ],
)
def test_what_a_linear_classifier_does_to_its_scores_is_named(
    judge_impl: Judge, old: str, new: str, named: str
) -> None:
    """Exponentials of large scores; one logarithm for all samples."""
    text = inspect.getsource(shares)
    assert text.count(old) == 1
    made: dict[str, Any] = {"np": np}
    one = "-np.log(probabilities[np.arange(len(y)), y].sum())"
    exec(text.replace(old, new).replace("ONE", one), made)
    results = judge_impl("softmax_loss_vectorized", softmax_loss_vectorized=made["shares"])
    assert f"softmax_loss_vectorized:{named}" in {each.diagnosis for each in results.values()}


def test_what_raises_elsewhere_is_not_put_down_to_one_sample(judge_impl: Judge) -> None:
    """The only values come from cases with one sample: that they are wrong says nothing of it."""

    class Uneven(impl.CaptioningRNN):
        def sample(self, features, max_length=30):
            found = super().sample(features, max_length)
            if len(found) > 1:
                raise ValueError("the truth value of an array is ambiguous")
            return 0 * found

    forward = judge_impl("caption_sampling_lstm", CaptioningRNN=Uneven)["forward"]
    assert forward.status == Status.FAILED
    assert "one sample" not in forward.hint


def test_a_test_mode_that_divides_by_the_variance_itself_is_named(judge_impl: Judge) -> None:
    """Without eps, too: neither a root nor what stands under it."""

    def bare(x, gamma, beta, bn_param):
        if bn_param["mode"] == "train":
            return impl.batchnorm_forward(x, gamma, beta, bn_param)
        return gamma * (x - bn_param["running_mean"]) / bn_param["running_var"] + beta, None

    results = judge_impl("batchnorm", batchnorm_forward=bare)
    assert results["forward"].diagnosis == "batchnorm:test_mode_divides_by_the_running_variance_alone"
