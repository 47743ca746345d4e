"""Detection power: what is a mutant, who kills it, and under which check."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import local_session

from gradproof.conformance.diagnosis.search import operators
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.errors import UsageError
from gradproof.conformance.oracle.oracle import pick
from gradproof.conformance.power import pool, submissions
from gradproof.conformance.power.judging import TIME_LIMIT, failing, outcome
from gradproof.conformance.power.mutants import Mutant, all_mutants, mutants_of
from gradproof.conformance.power.pool import Source
from gradproof.conformance.power.submissions import Trial, contracts_judging, loaded_from, repeatable, session_of
from gradproof.conformance.spec.contracts import contract_named

ROOT = Path(__file__).resolve().parent.parent
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
