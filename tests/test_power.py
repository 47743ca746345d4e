"""Detection power: what the score counts, and that the published one is current."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from conftest import Command
from test_mutants import GOLDEN, ROOT

from gradproof.conformance.diagnosis.misconceptions import all_misconceptions
from gradproof.conformance.engine.runner import Plan, gather
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.power import equivalents, floor, measure, pool, record, render
from gradproof.conformance.power.judging import TIME_LIMIT, Outcome
from gradproof.conformance.power.mutants import all_mutants
from gradproof.conformance.power.pool import Source
from gradproof.conformance.power.score import Score, from_plain
from gradproof.conformance.power.submissions import Trial, loaded_from
from gradproof.conformance.spec.contracts import all_contracts, contract_named

MUTANTS = 9
EXACT = 0.95


def test_an_error_of_the_suite_is_no_verdict() -> None:
    """It is told, and not counted as a kill."""
    (told,) = pool.outcomes([Trial("variant", "impl", ("no_such_contract",))], Source(), 1)
    assert "no contract is called" in told.problem
    assert not told.is_killed
    assert not replace(SCORE, outcomes=(told,)).is_clean


RIGHT = Trial("mutant", "normalization.py:f: killed", ("batchnorm", "layernorm"))
SCORE = Score(
    "golden",
    (
        Outcome(RIGHT, ("batchnorm.forward", "batchnorm.stability")),
        Outcome(replace(RIGHT, name="normalization.py:f: survives"), advisory=("batchnorm.dtype",)),
        Outcome(replace(RIGHT, name="normalization.py:f: equivalent")),
        Outcome(Trial("misconception", "affine:named", ("affine",)), ("affine.gradient",), (), ("affine:named",)),
        Outcome(
            Trial("misconception", "affine:of_two", ("affine",)),
            ("affine.gradient",),
            (),
            ("affine:of_two", "affine:b"),
        ),
        Outcome(Trial("misconception", "affine:missed", ("affine",))),
        Outcome(Trial("variant", "loops", ("relu",)), ("relu.forward",), cases=24),
    ),
    {"normalization.py:f: equivalent": "it is the same"},
    (floor.Floor("batchnorm", "float64", 1e-14, 1e-13), floor.Floor("batchnorm", "float32", 1e-6, 1e-5)),
)


def test_the_score_counts_by_stem_and_by_check() -> None:
    """Killed, survived, equivalent, caught, named; the first and the only check to see something."""
    affine, normalization = SCORE.tallies()
    assert (affine.caught, affine.named, affine.one_of, affine.misconceptions) == (2, 1, 1, 3)
    assert (normalization.killed, normalization.survived, normalization.equivalent) == (1, 1, 1)
    assert (normalization.advisory, normalization.share) == (1, 0.5)
    checks = {each.check: (each.first, each.only) for each in SCORE.checks()}
    assert (checks["gradient"], checks["forward"], checks["stability"]) == ((2, 2), (1, 0), (0, 0))


def test_the_score_is_clean_only_without_survivors_alarms_and_misses() -> None:
    """Any one of them is enough."""
    assert not SCORE.is_clean
    right = [
        each for each in SCORE.outcomes if each.trial.kind != "variant" and (each.killers or "equi" in each.trial.name)
    ]
    assert replace(SCORE, outcomes=tuple(right)).is_clean
    for wrong in (each for each in SCORE.outcomes if each not in right):
        assert not replace(SCORE, outcomes=(*right, wrong)).is_clean


def test_the_recorded_score_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """To JSON and back."""
    assert from_plain(SCORE.plain()) == SCORE
    (tmp_path / "score.json").write_text(record.text(SCORE), encoding="utf-8")
    assert record.read(tmp_path / "score.json") == SCORE


def test_the_table_is_written_between_the_markers(tmp_path: Path) -> None:
    """What stands around it stays; without markers it is an error."""
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{render.BEGIN}\nold\n{render.END}\nafter\n", encoding="utf-8")
    record.publish(SCORE, readme, tmp_path / "score.json")
    written = readme.read_text(encoding="utf-8")
    assert written == f"before\n{render.markdown(SCORE)}\nafter\n"
    assert "1 of 2 (50.0%)" in written
    readme.write_text("no markers", encoding="utf-8")
    with pytest.raises(UsageError, match="it has no line"):
        record.publish(SCORE, readme, tmp_path / "score.json")


def test_an_entry_of_equivalents_must_be_of_a_survivor_and_have_a_proof() -> None:
    """One that is of no mutant, killed, or without a proof is an error of the list."""
    killed, survivor = SCORE.outcomes[0].trial.name, SCORE.outcomes[1].trial.name
    listed = {"gone": "p", killed: "p", survivor: " "}
    told = list(equivalents.complaints(listed, {killed, survivor}, list(SCORE.outcomes)))
    assert ["is not there" in told[0], "batchnorm.forward kills" in told[1], "no proof" in told[2]] == [True] * 3
    assert list(equivalents.complaints({survivor: "p"}, {killed, survivor}, list(SCORE.outcomes))) == []


def test_the_floor_is_where_a_planted_error_begins_to_be_seen() -> None:
    """Just below the threshold of a case its comparison passes, just above it fails."""
    contract = contract_named("affine")
    with loaded_from(ROOT / "impl") as session:
        exam = gather(contract, session, GOLDEN, Plan((contract,)))
    for each in exam.records[:4]:
        got, expected, unit = each.usable["out"].astype(float), each.expected["out"], each.answer.units["out"]
        delta = floor.threshold(each, "out", np.ones(got.shape, bool))
        seen = [not compare(got * (1 + k * delta), expected, unit, each.case.dtype).is_right for k in (0.5, 2)]
        assert seen == [False, True]


def test_a_run_misses_what_all_of_its_cases_miss() -> None:
    """Half of ten cases miss an error: all ten do once in 1,024 runs, which is 0.001 at most only just not."""
    assert floor.probability_of_missing({"out": [1.0] * 5 + [3.0] * 5}, 2.0) == 0.5**10
    assert floor.probability_of_missing({"out": [1.0], "dx": [3.0]}, 2.0) == 0.5
    assert floor.floor_of({"out": [1.0, 2.0, 3.0]}) == 3.0
    assert floor.floor_of({"out": [1.0] * 8 + [9.0] * 4}) == 1.0
    assert floor.floor_of({"out": [np.inf]}) == np.inf


def test_a_part_of_the_run_can_be_asked_for(gradproof: Command) -> None:
    """``--only`` takes the mutants of that contract's stem; ``--json`` has every verdict."""
    code, out, _ = gradproof("power", "--only", "tanh", "--sample", "2", "--json", "--workers", "1")
    told = json.loads(out)
    assert {
        each["trial"]["name"].partition(":")[0] for each in told["outcomes"] if each["trial"]["kind"] == "mutant"
    } == {"activations.py"}
    assert code == bool(told["survivors"] or told["uncaught"] or told["alarms"] or told["complaints"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--only", "nothing*"], "matches no contract"),
        (["--readme", "R", "--sample", "3"], "records whole verdicts"),
        (["--readme", "nowhere.md"], "--readme nowhere.md cannot be read"),  # before the hour that it takes
        (["--readme", str(ROOT / "LICENSE")], "it has no line <!-- gradproof power: begin -->"),
        (["--output", "no/where.txt"], "there is no folder"),
    ],
)
def test_bad_usage_is_one_line(gradproof: Command, arguments: list[str], says: str) -> None:
    """Exit code 2."""
    code, out, err = gradproof("power", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


@pytest.fixture(scope="module")
def recorded() -> Score:
    """The score that the table of docs/figures.md was made of."""
    return record.read()


def test_the_figures_have_the_table_of_the_recorded_score(recorded: Score) -> None:
    """``gradproof power --readme docs/figures.md`` writes both."""
    text = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    assert render.with_table(text, recorded) == text


def test_the_recorded_score_is_of_the_misconceptions_mutants_and_proofs_that_are_there(recorded: Score) -> None:
    """One more or less, and it has to be measured again."""
    assert {each.trial.name for each in recorded.of("misconception")} == {each.id for each in all_misconceptions()}
    assert {each.trial.name for each in recorded.of("mutant")} == {each.id for each in all_mutants()}
    assert recorded.equivalent == equivalents.equivalents()
    assert {each.contract for each in recorded.floors} == {
        each.name for each in all_contracts() if floor.is_measured(each)
    }


def test_every_misconception_is_recorded_as_caught_by_each_contract_that_it_names(recorded: Score) -> None:
    """The tests gather it by the first of them alone."""
    catching = {
        each.trial: {check.partition(".")[0] for check in (*each.killers, *each.advisory)}
        for each in recorded.of("misconception")
    }
    assert [trial.name for trial, contracts in catching.items() if contracts != {*trial.contracts}] == []


def test_a_part_that_is_measured_again_takes_the_place_of_what_was_recorded(recorded: Score) -> None:
    """The rest stays, in its order, and the record says which contracts are newer than the whole."""
    old = recorded.of("misconception")[5]
    new = replace(old, killers=("relu.made_up",))
    limit = floor.Floor("affine", "float64", 1.0, 2.0)
    part = replace(recorded, outcomes=(new,), floors=(limit,))
    after = record.merged(recorded, part, ("affine", "relu"))
    assert after.outcomes == tuple(new if each == old else each for each in recorded.outcomes)
    assert [each for each in after.floors if each not in recorded.floors] == [limit]
    assert after.remeasured == tuple(
        c.name for c in all_contracts() if c.name in {"affine", "relu", *recorded.remeasured}
    )
    assert from_plain(after.plain()) == after


def test_merging_leaves_out_what_is_gone_and_refuses_what_nobody_measured(recorded: Score) -> None:
    """So that the record is always one of what is there."""
    gone = Outcome(Trial("misconception", "affine:gone", ("affine",)))
    nothing = replace(recorded, outcomes=(), floors=())
    stale = replace(recorded, outcomes=(gone, *recorded.outcomes))
    assert record.merged(stale, nothing, ()) == recorded
    for lacking in (
        replace(recorded, outcomes=recorded.outcomes[1:]),
        replace(recorded, floors=tuple(each for each in recorded.floors if each.contract != "affine")),
    ):
        with pytest.raises(UsageError, match="neither the record nor what was measured has"):
            record.merged(lacking, nothing, ())
    with pytest.raises(UsageError, match="of the golden oracle, what was measured of torch"):
        record.merged(recorded, replace(nothing, oracle="torch"), ())


def test_a_part_is_published_merged_and_a_whole_as_it_is(
    gradproof: Command, monkeypatch: pytest.MonkeyPatch, recorded: Score
) -> None:
    """``--only`` with ``--readme`` writes the whole table, of which one part is new."""
    published: list[Score] = []
    part = replace(recorded, outcomes=(), floors=())
    monkeypatch.setattr(measure, "trials", lambda *_: ())
    monkeypatch.setattr(measure, "floors_of", lambda *_: ())
    monkeypatch.setattr(measure, "measured", lambda *_: part)
    monkeypatch.setattr(record, "publish", lambda score, _readme: published.append(score))
    page = ROOT / "docs" / "figures.md"
    gradproof("power", "--only", "affine", "--readme", page, "--json")
    gradproof("power", "--readme", page, "--json")
    newer = tuple(c.name for c in all_contracts() if c.name in {"affine", *recorded.remeasured})
    assert published == [replace(recorded, remeasured=newer), part]


def test_every_outcome_is_counted_in_one_part(recorded: Score) -> None:
    """A stem that is new is in the table that is published."""
    counted = sum(part.misconceptions + part.mutants for part in recorded.parts())
    assert counted == len(recorded.of("misconception")) + len(recorded.of("mutant"))


def test_nearly_all_misconceptions_are_named_exactly(recorded: Score) -> None:
    """At least 95 of 100 of each part are told from all others."""
    parts = {part.stem: (part.named, part.caught) for part in recorded.parts()}
    assert {part for part, (named, caught) in parts.items() if named < EXACT * caught} == set()


@pytest.mark.parametrize("mutants", [MUTANTS, pytest.param(60, marks=pytest.mark.release)])
def test_a_sample_of_the_recorded_verdicts_is_what_is_measured_now(recorded: Score, mutants: int) -> None:
    """Who is killed, and by which check first; those aside that only the clock kills."""
    in_time = [each for each in recorded.outcomes if not any(TIME_LIMIT in killer for killer in each.killers)]
    of_kind = {kind: [each for each in in_time if each.trial.kind == kind] for kind in ("mutant", "misconception")}
    chosen = [*by_hash(of_kind["mutant"])[:mutants], *by_hash(of_kind["misconception"])[: mutants // 3]]
    again = pool.outcomes([each.trial for each in chosen], Source(), 1)
    assert [each.killers[:1] for each in again] == [each.killers[:1] for each in chosen]


def by_hash(outcomes: list[Outcome]) -> list[Outcome]:
    """In an order that is always the same and has nothing to do with what they are."""
    return sorted(outcomes, key=lambda each: sha256(each.trial.name.encode()).digest())


def test_a_name_that_was_not_asked_for_again_is_kept() -> None:
    """A part that is measured without names keeps those of the record, of a mutant that is killed as before."""
    mutant = Outcome(replace(RIGHT, name="affine.py:f: killed"), ("affine.forward",), named=True)
    again, otherwise = replace(mutant, named=None), replace(mutant, killers=("affine.gradient",), named=None)
    assert record._with_name(again, mutant).named is True
    assert record._with_name(otherwise, mutant).named is None
    assert "named" not in again.plain()
