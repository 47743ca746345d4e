"""The benchmark of known bugs: what each must be told is frozen, and a sample of them is told that."""

import re
import tomllib
from pathlib import Path

import pytest

from gradproof.conformance.checks.results import Result
from gradproof.conformance.engine import runner
from gradproof.conformance.engine.selection import dialect_of, plan_of
from gradproof.conformance.harness.session import in_this_process
from gradproof.conformance.oracle.oracle import Oracle

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks" / "diagnosis"
TOLD = tomllib.loads((FOLDER / "told.toml").read_text(encoding="utf-8"))
KINDS = {"shown", "field", "blind", *(f"blind-{lot}" for lot in range(2, 12))}


def bad_results(name: str, oracle: Oracle) -> list[Result]:
    """What is wrong with a bug, under the conventions that it was asked for."""
    path, entry = FOLDER / "cases" / f"{name}_bug.py", TOLD[name]
    session = in_this_process(path)
    plan = plan_of(session.inventory, name, None, str, dialect=dialect_of(None, entry.get("dialect", ())))
    return [result for result in runner.run(name, session, oracle, plan).results if result.status.is_bad]


def test_every_bug_has_what_it_must_be_told() -> None:
    """No case without an entry, no entry without a case, a date on each."""
    assert {file.name.removesuffix("_bug.py") for file in (FOLDER / "cases").glob("*_bug.py")} == set(TOLD)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", entry["added"]) and entry["kind"] in KINDS for entry in TOLD.values())
    assert all(re.compile(must) for entry in TOLD.values() for must in entry["must"])


def test_what_was_blind_has_its_twin_in_it() -> None:
    """The line that is wrong says what is right."""
    files = [FOLDER / "cases" / f"{name}_bug.py" for name, entry in TOLD.items() if entry["kind"] == "blind"]
    assert files
    assert [file.name for file in files if file.read_text(encoding="utf-8").count("# WRONG; right:") != 1] == []


@pytest.mark.parametrize(
    "name",
    [
        "tanh_derivative_is_tanh",
        "affine_bias_gradient_not_reduced",
        "softmax_one_maximum_for_all_rows",
        "nesterov_adds_the_velocity_twice",
        "dropout_divides_by_the_drop_probability",
        "svm_own_class_subtracts_one",
        "layernorm_dx_averages_over_all_rows",
        "xavier_limit_without_parentheses",
        "channel_dropout_scale_lost_in_the_backward",
        "list_train_last_layer_alone",
    ],
)
def test_a_sample_is_named_truly(name: str, oracle: Oracle) -> None:
    """Whoever was told nothing, or something false, before there was a search."""
    named = [result for result in bad_results(name, oracle) if result.diagnosis]
    assert named
    for result in named:
        assert any(re.search(must, result.hint, re.IGNORECASE) for must in TOLD[name]["must"]), result.hint


@pytest.mark.release
def test_an_exception_is_put_down_to_nothing_that_raises_elsewhere(oracle: Oracle) -> None:
    """The kernel's height for its width raises where kernels are not square: that is no matter of the stride."""
    assert [result.diagnosis for result in bad_results("field_conv_one_letter", oracle) if result.diagnosis] == []


def test_what_is_measured_of_drawn_weights_is_not_put_down_to_two_mistakes(oracle: Oracle) -> None:
    """All weights of a unit are one number: that deviations and means are off by chance are not two mistakes."""
    results = bad_results("net_one_weight_for_all_inputs_of_a_unit", oracle)
    assert results
    assert not any("+" in (result.diagnosis or "") for result in results)


def test_what_the_output_contradicts_is_no_name_of_what_is_kept(oracle: Oracle) -> None:
    """The variance is a mean of those of the images, and the images are normalized together all the same."""
    results = bad_results("spatial_batchnorm_variance_is_a_mean_of_variances", oracle)
    assert {result.check for result in results} >= {"forward", "running_statistics"}
    assert not [result.diagnosis for result in results if "each_image" in (result.diagnosis or "")]
