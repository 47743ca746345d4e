"""Detection power: what is a mutant, who kills it, what the score counts, and that the published one is current."""

import ast
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from conftest import Command, local_session

from gradproof.conformance.diagnosis.misconceptions import all_misconceptions
from gradproof.conformance.diagnosis.search import operators
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.oracle.yardstick import compare
from gradproof.conformance.power import equivalents, floor, measure, pool, record, render, submissions
from gradproof.conformance.power.judging import TIME_LIMIT, Outcome, failing, outcome
from gradproof.conformance.power.mutants import Mutant, all_mutants, mutants_of
from gradproof.conformance.power.pool import Source
from gradproof.conformance.power.score import Score, from_plain
from gradproof.conformance.power.submissions import Trial, contracts_judging, loaded_from, repeatable, session_of
from gradproof.conformance.spec.contracts import all_contracts, contract_named

ROOT = Path(__file__).resolve().parent.parent
MUTANTS = 9
EXACT = 0.95
GOLDEN = pick("golden", None, None)


def changes(text: str) -> set[str]:
    """What an expression is mutated into."""
    return {ast.unparse(node) for node in operators.expressions(ast.parse(text, mode="eval").body)}


@pytest.mark.parametrize(
    ("text", "mutated"),
    [
        ("a + eps", {"a - eps", "a", "eps"}),
        ("a @ b", {"a * b", "a", "b", "b @ a", "-(a @ b)"}),
        ("x > 0", {"x >= 0", "x < 0"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("3", {"4", "2", "0", "1", "6"}),
        ("0.5", {"1.0", "0.25", "5.0", "0.0"}),
        ("True", {"False"}),
        ("a if c else b", {"a", "b", "b if c else a"}),
        ("w.T", {"w"}),
        ("w.copy()", {"w"}),
        ("relu_backward(dout, cache)", {"dout"}),
        ("np.sqrt(v)", {"v"}),
        ("np.where(m, a, b)", {"np.where(m, b, a)"}),
        ("range(n)", {"range(n + 1)", "range(n - 1)"}),
        ("x.sum(axis=a)", {"x.sum()", "x.sum(axis=1 - a)"}),
        ("gamma", {"beta"}),
        ("'running_mean'", {"'running_var'"}),
    ],
)
def test_an_expression_is_mutated_in_these_ways(text: str, mutated: set[str]) -> None:
    """Operators, dropped terms, signs, constants, axes, bounds, names: each once, and never into itself."""
    assert changes(text) == mutated


def test_the_other_reduction_is_tried() -> None:
    """Mean for sum and max for min, wherever a method or function of that name is meant."""
    assert changes("x.mean") == {"x.sum"}
    assert changes("np.maximum") == {"np.minimum"}


def mutants_in(source: str) -> list[Mutant]:
    """The mutants of a module that is not there."""
    return list(mutants_of("made_up.py", ast.parse(source)))


FUNCTION = '''
def scaled(x, n):
    """Doubles: 2 * x."""
    require_shape("scaled", "x", x, (2, 3))
    if n < 1:
        raise ValueError(f"n is {n + 1}")
    x += 1
    return x / n
'''


def test_what_is_no_arithmetic_is_left_out() -> None:
    """Docstrings, argument checks and what is raised are not mutated; statements and expressions are."""
    assert {each.line for each in mutants_in(FUNCTION)} == {7, 8}
    assert [each.id for each in mutants_in(FUNCTION) if each.line == 7] == [
        "made_up.py:scaled: x += 1 -> x -= 1",
        "made_up.py:scaled: x += 1 -> x = 1",
        "made_up.py:scaled: deleted x += 1",
        "made_up.py:scaled: 1 -> 2 in x += 1",
        "made_up.py:scaled: 1 -> 0 in x += 1",
    ]


def test_the_id_of_a_mutant_stays_when_lines_move() -> None:
    """Lines are no part of it."""
    moved = mutants_in("\n\nBELOW = None\n" + FUNCTION)
    assert [each.id for each in moved] == [each.id for each in mutants_in(FUNCTION)]
    assert [each.line for each in moved] != [each.line for each in mutants_in(FUNCTION)]


def test_every_mutant_has_an_id_of_its_own_and_is_another_module() -> None:
    """Two of one text are numbered; each is compiled, and says something else than impl does."""
    mutants = all_mutants()
    assert len({each.id for each in mutants}) == len(mutants) > 1000
    for each in mutants[::100]:
        original = (ROOT / "impl" / each.file).read_text(encoding="utf-8")
        assert ast.dump(each.tree()) != ast.dump(ast.parse(original))
        compile(each.tree(), each.file, "exec")


def mutant(words: str) -> Trial:
    """The first mutant with these words in its id."""
    found = next(each for each in all_mutants() if words in each.id)
    return Trial("mutant", found.id, contracts_judging(found.stem))


def test_a_mutant_is_loaded_in_place_of_one_module_and_leaves_no_trace() -> None:
    """Its function is changed, the others are there, and this process has its own modules and generators again."""
    from gradproof import impl

    state = np.random.get_state()[1].copy()
    x = np.ones((2, 2))
    with session_of(mutant("tanh_forward: np.tanh(x) -> x")) as session:
        assert session.functions["tanh_forward"](x)[0] is x
        assert session.functions["relu_forward"](x)[0] is not x
    assert impl.tanh_forward(x)[0][0, 0] == np.tanh(1)
    assert np.array_equal(np.random.get_state()[1], state)


def test_a_generator_without_a_seed_repeats_itself_under_the_same_key() -> None:
    """So that a verdict on dropout does not hang on the day."""
    original = np.random.default_rng

    def drawn(key: str) -> float:
        with repeatable(key):
            return float(np.random.default_rng().random())

    assert drawn("a") == drawn("a") != drawn("b")
    assert np.random.default_rng is original


def test_impl_itself_survives() -> None:
    """No check, advisory or not, sees a fault in the right layers."""
    contracts = contracts_judging("normalization")
    assert outcome(Trial("variant", "impl", contracts), GOLDEN).killers == ()


def test_a_correct_variant_that_cannot_be_imported_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be judged by nothing, and only a count would show it."""
    (tmp_path / "loops").mkdir()
    (tmp_path / "loops" / "layers.py").write_text("import nowhere\ndef relu_forward(x): ...\n", encoding="utf-8")
    monkeypatch.setattr(submissions, "VARIANTS", tmp_path)
    with pytest.raises(UsageError, match="the correct variant loops cannot be judged"):
        list(submissions.variants())


@pytest.mark.parametrize(
    ("words", "judges"),
    [
        pytest.param(
            "np.square(centred).mean(axis=axis, keepdims=True) -> np.square(centred).mean(keepdims=True)",
            1,
            marks=pytest.mark.release,
        ),
        ("a.copy() -> a", None),
    ],
)
def test_a_mutant_is_killed_by_the_check_that_the_runner_charges(words: str, judges: int | None) -> None:
    """That every check is asked on its own changes neither who is killed nor by whom first."""
    whole = mutant(words)
    trial = replace(whole, contracts=whole.contracts[:judges])
    told = outcome(trial, GOLDEN)
    for name in trial.contracts:
        contract = contract_named(name)
        with session_of(trial) as session, repeatable(trial.name, name):
            results = judge(gather(contract, session, GOLDEN, Plan((contract,))), GOLDEN, Plan((contract,)))
        charged = [f"{name}.{each.check}" for each in results if each.status.is_bad and each.required]
        assert charged[:1] == [killer for killer in told.killers if killer.startswith(f"{name}.")][:1]
    assert told.is_killed


def test_a_mutant_of_another_convention_is_judged_under_that_convention() -> None:
    """The branch for p = drop is not reached under the default dialect, and its mutants are killed all the same."""
    assert outcome(mutant("1 - float(p) -> 1 + float(p)"), GOLDEN).is_killed


def test_checks_that_follow_a_failed_one_are_not_asked() -> None:
    """A wrong gradient is seen by gradient; finite differences need not be taken."""
    contract = contract_named("tanh")
    with loaded_from(ROOT / "impl") as session:
        wrong = {**session.functions, "tanh_backward": lambda dout, cache: 2 * dout}
    exam = gather(contract, local_session(wrong), GOLDEN, Plan((contract,)))
    assert "gradient" in failing(exam)
    assert "finite_difference" not in failing(exam)


class Brief(Source):
    """A few seconds for each trial."""

    seconds = 3.0


@pytest.fixture
def two_mutants() -> tuple[Trial, ...]:
    return mutant("tanh_forward: np.tanh(x) -> x"), mutant("_standardize: x - mean -> x in")


@pytest.mark.release
def test_the_verdicts_are_the_same_for_any_number_of_workers(two_mutants: tuple[Trial, ...]) -> None:
    """And in this very process."""
    by_two = pool.outcomes(two_mutants, Source(), 2)
    assert by_two == [outcome(trial, GOLDEN) for trial in two_mutants]


def test_a_mutant_that_hangs_is_killed_by_the_limit_and_the_next_is_judged(two_mutants: tuple[Trial, ...]) -> None:
    """The limit is the process's: whatever the mutant does, it ends."""
    endless = mutant("loop.py:Solver._step: deleted self.step += 1")
    endless = replace(endless, contracts=("solver",))
    first, second = pool.outcomes([endless, two_mutants[0]], Brief(), 1)
    assert first.killers == (f"{endless.contracts[0]}.{TIME_LIMIT}",)
    assert second == outcome(two_mutants[0], GOLDEN)


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
    gradproof("power", "--only", "affine", "--readme", "R", "--json")
    gradproof("power", "--readme", "R", "--json")
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
