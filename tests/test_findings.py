"""Findings are data: every kind has its sentence, nothing is lost on the way, and what others say decides nothing."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from conftest import Functions, local_session, one_in
from hypothesis import given
from hypothesis import strategies as st

from gradproof.conformance.checks.discretion import CONCEALED
from gradproof.conformance.checks.messages import text, text_for_students
from gradproof.conformance.checks.results import Result
from gradproof.conformance.checks.table import CHECKS
from gradproof.conformance.diagnosis.misconceptions import Misconception, all_misconceptions
from gradproof.conformance.engine.runner import Plan, gather, judge
from gradproof.conformance.harness.wire import Message, WireError
from gradproof.conformance.oracle.oracle import Oracle
from gradproof.conformance.sandbox import from_outside
from gradproof.conformance.spec import english, english_phrases
from gradproof.conformance.spec.cases import Drawn, Scenario, draw_case
from gradproof.conformance.spec.contract import Contract, Function
from gradproof.conformance.spec.contracts import all_contracts, contract_named
from gradproof.conformance.spec.findings import CheckName, Finding, Kind, Raised, Thing, found
from gradproof.conformance.spec.plain import as_plain, from_plain
from gradproof.conformance.spec.words.said import Said


def test_every_kind_has_a_sentence_and_no_sentence_is_without_one() -> None:
    """The catalogue is whole."""
    assert set(english.SENTENCES) == set(Kind)


def test_the_checks_are_those_of_the_enum() -> None:
    """In the table and in the enum."""
    assert {check.name for check in CHECKS} == set(CheckName)


def test_a_contract_that_names_no_check_is_refused() -> None:
    """A slip in a row ends where the row is made."""
    with pytest.raises(ValueError, match="no check is called 'gradent'"):
        Contract("slip", (Function("f", ("x",), ("out",)),), (), lambda _case: {}, {"out": "gradent"})


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("observes", {"out": "foward"}, "no check is called 'foward'"),
        ("needs", {"dx": "forwrd"}, "no check is called 'forwrd'"),
        ("needs", {"dxx": "forward"}, "no observation is called 'dxx'"),
        ("advisory", ("forwrd",), "no check is called 'forwrd'"),
        ("scenarios", (Scenario("ordinary", lambda *_: Drawn({}), check="stabilty"),), "no check is called 'stabilty'"),
        ("gradients", {"dxx": "x"}, "no observation is called 'dxx'"),
        ("objective", "ou", "no observation is called 'ou'"),
        ("dialects", ("dropout_q",), "no convention is called 'dropout_q'"),
        ("borrowed", ("affine_forwad",), "no function is called 'affine_forwad'"),
    ],
)
def test_a_slip_anywhere_in_a_row_is_refused(field: str, value: object, told: str) -> None:
    """It would take a check away, and nobody would know."""
    with pytest.raises(ValueError, match=told):
        replace(contract_named("affine"), **{field: value})


def test_rows_build_on_rows_and_take_gradients_by_inputs() -> None:
    """What a row names outside of itself is there."""
    rows = all_contracts()
    assert all(contract_named(name) for contract in rows for name in contract.builds_on)
    drawn = [draw_case(contract, 0, index).inputs for contract in rows for index in range(len(contract.scenarios) * 4)]
    inputs = {name.rstrip("0123456789") for name in set().union(*drawn)}  # the rows of networks share one table
    assert {name.rstrip("0123456789") for contract in rows for name in contract.gradients.values()} <= inputs


THINGS = st.builds(
    Thing,
    kind=st.sampled_from(sorted(english_phrases.THINGS)),
    type=st.text(max_size=5),
    dtype=st.just("float64"),
    shape=st.lists(st.integers(0, 9), max_size=3).map(tuple),
    length=st.integers(0, 9),
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), THINGS)
TUPLES = st.lists(VALUES, max_size=3).map(tuple)
RAISED = st.builds(Raised, type=st.text(max_size=9), text=st.text(max_size=9), line=st.one_of(st.none(), st.integers()))
FINDINGS = st.builds(
    Finding,
    kind=st.sampled_from(sorted(Kind)),
    function=st.text(max_size=9),
    observation=st.text(max_size=9),
    expected=st.one_of(VALUES, TUPLES),
    got=st.one_of(VALUES, TUPLES),
    exception=st.one_of(st.none(), RAISED),
    secret=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    facts=st.dictionaries(st.text(min_size=1, max_size=9), st.one_of(VALUES, TUPLES), max_size=3).map(
        lambda facts: tuple(facts.items())
    ),
)


def test_the_same_at_a_later_step_and_what_is_many_is_not_told() -> None:
    """Of running_mean to running_mean_8 the first; of ten values six. All stay in the findings."""
    shapes = [found(Kind.SHAPE, observation=f"mean{step}", expected=(2,), got=(1, 2)) for step in ("", "_2", "_3")]
    assert text(shapes) == "mean has shape (1, 2), expected (2,)"
    many = [found(Kind.SHAPE, observation=f"d{name}", expected=(2,), got=(1, 2)) for name in "abcdefghij"]
    assert text(many).count("has shape") == 6
    assert text(many).endswith("; and 4 more")


@given(FINDINGS, FINDINGS)
def test_a_finding_survives_the_way_through_json(finding: Finding, because: Finding) -> None:
    """With infinities, values that are not numbers, and findings within findings."""
    whole = finding.having(because=because)
    line = json.dumps(as_plain(whole), allow_nan=False)
    assert repr(from_plain(json.loads(line))) == repr(whole)


@pytest.mark.parametrize(
    "forged",
    [
        {"kind": "no_such_kind"},
        {"kind": "timed_out", "function": "relu_forward", "facts": {"reason": "was stopped by you"}},
        {"kind": "signature", "function": "relu_forward"},
        {"kind": "returns", "function": "relu_forward", "got": {"thing": {"kind": "unheard_of"}}, "expected": ["a"]},
        {"kind": "raised", "function": "relu_forward", "exception": {"raised": {"type": 3}}},
        {"kind": "raised", "function": "relu_forward", "exception": {"raised": {"type": "A", "unfilled": "so"}}},
        {"kind": "holds", "function": "relu_forward", "observation": "w", "got": 1, "expected": "what?"},
        {"kind": "starts_around", "observation": "W1", "got": "not a number"},
        {"kind": "raised", "function": "f", "facts": [1, 2]},
        [],
        "raised",
    ],
)
def test_what_a_worker_may_not_tell_is_no_finding(forged: object) -> None:
    """Another kind, or one that cannot be said: it is as if the connection broke."""
    with pytest.raises(WireError):
        from_outside.finding(forged)


def test_a_worker_makes_no_sentence_of_ours() -> None:
    """Its words are its words: a template could be as long as it likes, and would be translated."""
    said = {"words": "a\x1b", "said": {"say": "{a:>999999999}", "with": {"a": "a"}}}
    made = from_outside.finding({"kind": "unavailable", "function": "f", "facts": {"reason": said}})
    assert made["reason"] == "a\N{REPLACEMENT CHARACTER}"
    assert not isinstance(made["reason"], Said)


def test_a_worker_cannot_say_where_it_was_seen_or_whom_it_excuses() -> None:
    """Its function is one of the contract's; contract, case and further facts are dropped."""
    forged = {
        "kind": "raised",
        "function": "affine_forward",
        "contract": "affine",
        "case": "relu/0/0",
        "check": "purity",
    }
    forged |= {"exception": {"raised": {"type": "E"}}, "facts": {"again": True, "cases": 9, "setting": "none"}}
    end = {"event": "done", "printed": 0, "watched": {}, "parameters": [], "script": [], "oddities": {}}
    told = from_outside.event(Message({**end, "error": forged}, {}), contract_named("relu")).end.error
    assert told == found(Kind.RAISED, function="relu_forward", exception=Raised("E"))


def test_students_are_told_no_secret_and_nothing_of_their_own() -> None:
    """What a finding marks is left out, and so are an exception's words, shapes and numbers that came back."""
    findings = (
        found(Kind.NOT_REPEATED, observation="out", seed=1234, secret=("seed",)),
        found(Kind.STARTS_AROUND, observation="W1", got=0.123456, secret=("got",)),
        found(Kind.RAISED, function="relu_forward", exception=Raised("ValueError", "out is 0.123456")),
        found(Kind.SHAPE, observation="dx", got=(2, 3), expected=(3, 2)),
    )
    assert text_for_students(findings) == (
        f"out differs between two calls on the same inputs with the same seed {CONCEALED}; "
        f"W1 starts at values around {CONCEALED}, expected them around 0; relu_forward raised ValueError; "
        f"dx has shape {CONCEALED}, expected (3, 2)"
    )
    assert "1234" in text(findings)
    assert "0.1235" in text(findings)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_secret_of_any_form_is_left_out(value: float) -> None:
    """However its sentence would write the number."""
    told = text_for_students([found(Kind.STARTS_AROUND, observation="W1", got=value, secret=("got",))])
    assert told == f"W1 starts at values around {CONCEALED}, expected them around 0"


def test_what_our_own_frames_raise_is_told_to_be_ours(impl_functions: Functions) -> None:
    """Planted: an exercise that divides by zero."""
    relu = contract_named("relu")
    broken = replace(relu, exercise=lambda *_: (("out", 1 / n) for n in (0,)))
    case = next(iter_cases(relu))
    error = local_session(impl_functions).run(broken, case).error
    assert (error.kind, error.exception.type) == (Kind.HARNESS, "ZeroDivisionError")


def iter_cases(contract: Contract):
    """Its first cases."""
    from gradproof.conformance.spec.cases import draw_case

    return (draw_case(contract, 0, index) for index in range(3))


RAISING = ("affine", "max_pool", "affine_relu")


def _in_own_words(function, separator: str):
    """The function; what it raises says something else."""
    if isinstance(function, type):
        return function

    def renamed(*arguments):
        try:
            return function(*arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is
            raise type(error)(f"my own words{separator} see above") from None

    return renamed


def _named(functions: Functions, contract: Contract, oracle: Oracle) -> dict[str, Result]:
    plan = Plan((contract,), cases=8)
    results = judge(gather(contract, local_session(functions), oracle, plan), oracle, plan)
    raising = [r for r in results if r.status.is_bad and any(f.kind == Kind.RAISED for f in r.findings)]
    return {result.check: result.diagnosis for result in raising}


def _raises(each: Misconception, contract: Contract, oracle: Oracle) -> bool:
    return any(each.id in (name or "") for name in _named(each.functions, contract, oracle).values())


@pytest.mark.parametrize("name", one_in(3, RAISING))
def test_a_mistake_keeps_its_name_whatever_the_exception_says(name: str, oracle: Oracle) -> None:
    """A semicolon in the submission's own words is a semicolon."""
    contract = contract_named(name)
    raising = [each for each in all_misconceptions() if each.contracts[0] == name and _raises(each, contract, oracle)]
    assert raising
    for each in raising[:3]:
        by_comma, by_semicolon = (_named(_saying(each, sign), contract, oracle) for sign in ",;")
        assert by_comma == by_semicolon, each.id
        assert name != "affine" or each.id in str(by_semicolon)


def _saying(each: Misconception, sign: str) -> Functions:
    """The mistake; what it raises has this sign in its words."""
    return {**each.functions, **{name: _in_own_words(function, sign) for name, function in each.build().items()}}


@pytest.mark.parametrize("how", sorted(english_phrases.ENDS))
@pytest.mark.parametrize("kind", [Kind.TIMED_OUT, Kind.DIED])
def test_every_end_of_a_call_has_its_words(kind: Kind, how: str) -> None:
    """However it ended."""
    told = found(
        kind, function="f", how=how, seconds=1.5, code=3, signal="SIGKILL", reason="it sent too much", most=64, files=9
    )
    assert english.sentence(told).startswith("f ")


def test_an_array_that_no_memory_holds_is_told_of_and_not_ours(impl_functions: Functions) -> None:
    """A view of one number as large as you like is the submission's answer, and no failure of the harness."""
    endless = {**impl_functions, "relu_forward": lambda x: (np.broadcast_to(1.0, (2**52,)), x)}
    observed = local_session(endless).run(contract_named("relu"), next(iter_cases(contract_named("relu"))))
    assert observed.oddities["out"] == Thing("large_array", shape=(2**52,), length=2**52)
    assert observed.error is None or observed.error.kind != Kind.HARNESS
