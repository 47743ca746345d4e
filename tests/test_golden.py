"""Fixture sets: the same bytes twice, intact or refused, and drift told array by array."""

import gzip
import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from conftest import undrawn
from safetensors.numpy import load

from gradproof.conformance.errors import FixtureError, VacuousCaseError
from gradproof.conformance.oracle import golden
from gradproof.conformance.oracle.fixture_set import (
    COMMITTED,
    FixtureSet,
    arrays_file,
    shortened,
    stem_file,
)
from gradproof.conformance.oracle.oracle import DEFAULT_CASES, GoldenOracle
from gradproof.conformance.spec.cases import DTYPES, draw_case
from gradproof.conformance.spec.contract import Answer, Contract
from gradproof.conformance.spec.contracts import all_contracts, contract_named, contracts_of, stems
from gradproof.conformance.spec.conventions import DEFAULT, Dialect

FEW = 3  # cases of each contract, where all would take long
SOME = tuple(
    map(contract_named, ("affine", "dropout", "word_embedding", "softmax_loss", "lstm_step", "batchnorm_net", "solver"))
)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the committed set, to be damaged."""
    return Path(shutil.copytree(COMMITTED, tmp_path / "set", ignore=shutil.ignore_patterns("__pycache__")))


def arrays_of(made: FixtureSet, stem: str) -> dict[str, np.ndarray]:
    """All arrays of a stem, as another program reads them."""
    return load(gzip.decompress((made.folder / arrays_file(stem)).read_bytes()))


def rewritten(made: FixtureSet, stem: str, arrays: dict, listed: list | None = None) -> None:
    """Other arrays or cases of a stem, and a manifest that agrees."""
    listed = made.stem(stem).listed if listed is None else listed
    content, made.manifest["sha256"][stem] = stem_file(listed, arrays)
    (made.folder / arrays_file(stem)).write_bytes(content)


def test_the_committed_set_is_small() -> None:
    """Under 8 MB."""
    assert sum(file.stat().st_size for file in COMMITTED.iterdir() if file.is_file()) < 8_000_000


@pytest.mark.parametrize("unit", [1.0, 3e-15, 7e-320, 5e-324, 1.7e308, np.inf, 0.0])
def test_a_shortened_yardstick_is_the_same_to_four_digits(unit: float) -> None:
    """However small or large."""
    (short,) = shortened(np.array([unit]))
    assert short == unit or abs(short - unit) <= 1e-4 * unit
    assert (short > 0) == (unit > 0)


def test_the_manifest_says_what_made_the_set() -> None:
    """Seed, versions, yardstick, and a hash and the number of cases for every file."""
    manifest = FixtureSet.open(COMMITTED).manifest
    assert set(manifest["versions"]) == {"gradproof", "numpy", "torch"}
    assert manifest["seed"] == 0
    assert {stem: len(sha) for stem, sha in manifest["sha256"].items()} == dict.fromkeys(manifest["cases"], 64)
    assert {name for counts in manifest["cases"].values() for name in counts} == {row.name for row in all_contracts()}


def test_another_program_reads_the_same_arrays() -> None:
    """The files are safetensors: what its own reader gives is what the set gives, whatever the dtype."""
    made = FixtureSet.open(COMMITTED)
    for stem in ("dropout", "embedding", "losses"):
        ours, arrays = made.stem(stem), arrays_of(made, stem)
        assert len(arrays) == sum(len(fields["inputs"]) + 1 for fields in ours.listed)
        for name, array in arrays.items():
            assert ours.array(name).dtype == array.dtype
            np.testing.assert_array_equal(ours.array(name), array)


@pytest.mark.once
@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_every_contract_is_recorded_under_every_dialect_it_depends_on(contract: str, oracle: GoldenOracle) -> None:
    """So that no dialect needs torch."""
    row = contract_named(contract)
    for dialect in (DEFAULT, *DEFAULT.variants(row.dialects)):
        recorded = [case for case in oracle.cases(row, dialect) if not case.source]
        drawn = map(partial(draw_case, undrawn(row), 0, dialect=dialect), range(24))
        wanted = [case for case in drawn if dialect == DEFAULT or golden.is_recorded(row, case, 24)]
        assert [case.id for case in recorded] == [case.id for case in wanted]
        assert len(recorded) >= 12
        assert {case.scenario for case in recorded} == {scenario.name for scenario in row.scenarios}
        assert {(case.scenario, case.dtype) for case in recorded} >= {
            (scenario.name, dtype) for scenario in row.scenarios if not scenario.places for dtype in DTYPES
        }


def test_published_values_are_recorded_with_their_source() -> None:
    """affine, relu and the shallow net, as functions and as classes, the latter with and without penalty."""
    sources = FixtureSet.open(COMMITTED).manifest["sources"]
    assert {case.partition("/")[0] for case in sources} == {
        *("affine", "relu", "shallow_net", "shallow_layer_net", "two_layer_net", "fully_connected_net")
    }
    assert all(sources.values())


@pytest.fixture(scope="module", params=[SOME, pytest.param(all_contracts(), marks=pytest.mark.release)], ids=len)
def rows(request: pytest.FixtureRequest) -> tuple[Contract, ...]:
    """Layers, labels, masks, a network and a training; or all contracts."""
    return tuple(request.param)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, rows: tuple[Contract, ...]) -> FixtureSet:
    """One case a contract."""
    return golden.regenerate(tmp_path_factory.mktemp("small"), seed=0, cases=1, only=rows)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory, rows: tuple[Contract, ...]) -> FixtureSet:
    """The same of another seed."""
    return golden.regenerate(tmp_path_factory.mktemp("private"), seed=11, cases=1, only=rows)


@pytest.fixture
def damaged(small: FixtureSet, tmp_path: Path) -> FixtureSet:
    """A copy of the small one, to be damaged."""
    return FixtureSet.open(Path(shutil.copytree(small.folder, tmp_path / "small")))


@pytest.mark.needs_torch
def test_regenerating_twice_gives_the_same_bytes(small: FixtureSet, rows: tuple[Contract, ...], tmp_path: Path) -> None:
    """Whatever the order of writing."""
    golden.regenerate(tmp_path, seed=0, cases=1, only=rows)
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert files == {file.name: file.read_bytes() for file in small.folder.iterdir()}
    assert len(files) > len(rows) / 10


@pytest.mark.needs_torch
def test_a_set_that_cannot_be_computed_leaves_the_one_that_is_there(
    damaged: FixtureSet, rows: tuple[Contract, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many contracts are done by then."""
    before = {file.name: file.read_bytes() for file in damaged.folder.iterdir()}
    last = max(rows, key=[contract for stem in stems() for contract in contracts_of(stem)].index)

    def computed_of(contract: Contract, _oracle: object, cases: int):
        if contract is last:
            raise VacuousCaseError("of no use")
        yield from computed(contract, golden.TorchOracle(1), cases)

    computed = golden.computed_of
    monkeypatch.setattr(golden, "computed_of", computed_of)
    with pytest.raises(VacuousCaseError):
        golden.regenerate(damaged.folder, seed=0, cases=1, only=rows)
    assert {file.name: file.read_bytes() for file in damaged.folder.iterdir()} == before


@pytest.mark.needs_torch
def test_a_private_set_grades_like_torch_with_its_seed(private: FixtureSet, rows: tuple[Contract, ...]) -> None:
    """The same cases and the same answers."""
    from gradproof.conformance.oracle.oracle import TorchOracle

    recorded, live = GoldenOracle(private), TorchOracle(11)
    for contract in rows:
        for a, b in zip(recorded.cases(contract, DEFAULT, 1), live.cases(contract, DEFAULT, 1), strict=True):
            assert (a.id, a.options, a.layout, a.dtype) == (b.id, dict(b.options), b.layout, b.dtype)
            assert all(
                np.array_equal(a[name], b[name], equal_nan=True) and a[name].strides == b[name].strides
                for name in b.inputs
            )
            assert all(
                np.array_equal(recorded.answer(a).values[n], v, equal_nan=True)
                for n, v in live.answer(b).values.items()
            )


@pytest.mark.needs_torch
def test_a_drifted_answer_is_reported_in_yardsticks(small: FixtureSet, damaged: FixtureSet) -> None:
    """One element of one answer, moved by a millionth."""
    arrays = arrays_of(damaged, "affine")
    arrays["affine/0/0|answer"][0, 0] += 1e-6
    rewritten(damaged, "affine", arrays)
    drifts = list(golden.drift(damaged, small.records))
    assert [(drift.array, drift.what) for drift in drifts] == [("affine/0/0|value|out", "moved")]
    assert drifts[0].is_beyond_yardstick
    assert drifts[0].ratio > 1e5


@pytest.mark.needs_torch
def test_a_widened_yardstick_is_reported(small: FixtureSet, damaged: FixtureSet) -> None:
    """A unit a million times too large would let anything pass: it does not go unnoticed."""
    arrays = arrays_of(damaged, "affine")
    elements = math.prod(damaged.stem("affine").listed[0]["observations"]["out"])
    arrays["affine/0/0|answer"][1, :elements] *= 1e6
    rewritten(damaged, "affine", arrays)
    damaged.manifest["yardstick"]["normwise"] = 1e6
    drifts = list(golden.drift(damaged, small.records))
    assert {(drift.array, drift.is_beyond_yardstick) for drift in drifts} == {
        ("yardstick", True),
        ("affine/0/0|unit|out,db", True),
    }


@pytest.mark.needs_torch
def test_what_is_recorded_is_what_is_computed(small: FixtureSet) -> None:
    """A set that nobody touched has not drifted from what torch gives."""
    assert (
        list(golden.drift(small, lambda stem: golden.computed(stem, 0, 1) if stem == "affine" else small.records(stem)))
        == []
    )


@pytest.mark.once
@pytest.mark.needs_torch
@pytest.mark.parametrize("stem", stems())
@pytest.mark.parametrize("cases", [FEW, pytest.param(DEFAULT_CASES, marks=pytest.mark.release)])
def test_the_committed_answers_are_what_torch_gives_today(stem: str, cases: int) -> None:
    """On any machine: what moved, moved by no more than rounding. As ``gradproof fixtures verify`` says of all."""
    committed = FixtureSet.open(COMMITTED)
    drifts = golden.drift_of(stem, committed, lambda stem: golden.computed(stem, committed.seed, cases))
    beyond = [drift for drift in drifts if drift.is_beyond_yardstick]
    assert [drift for drift in beyond if drift.what != "is gone" or cases == DEFAULT_CASES] == []


@pytest.mark.needs_torch
def test_another_seed_moves_everything(small: FixtureSet, private: FixtureSet) -> None:
    """Cases of another seed are new, the old ones gone; what is published is of no seed."""
    moved = list(golden.drift(small, private.records))
    assert {drift.what for drift in moved} >= {"is new", "is gone"}
    published_ones = {*small.manifest["sources"]}
    assert {d.array for d in moved if d.what not in ("is new", "is gone")} <= published_ones


def test_a_changed_number_is_refused(copied: Path) -> None:
    """The message names the file."""
    made = FixtureSet.open(copied)
    arrays = arrays_of(made, "affine")
    arrays["affine/0/0|answer"][0, 0] += 1e-9
    rewritten(made, "affine", arrays)
    with pytest.raises(FixtureError, match=r"affine\.safetensors\.gz is not what the manifest says"):
        list(FixtureSet.open(copied).records("affine"))


def test_a_changed_byte_is_refused(copied: Path) -> None:
    """Wherever it stands."""
    path = copied / arrays_file("affine")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(FixtureError):
        list(FixtureSet.open(copied).records("affine"))


def test_a_truncated_file_is_refused(copied: Path) -> None:
    """Not read in part."""
    path = copied / arrays_file("affine")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FixtureError, match="cannot be read"):
        list(FixtureSet.open(copied).records("affine"))


def test_a_missing_file_is_refused(copied: Path) -> None:
    """With its name."""
    (copied / arrays_file("losses")).unlink()
    with pytest.raises(FixtureError, match=r"losses\.safetensors\.gz cannot be read"):
        GoldenOracle(FixtureSet.open(copied)).cases(contract_named("svm_loss"))


@pytest.mark.parametrize("content", ["", "[]", '{"format": "other"}', "{"])
def test_a_manifest_of_another_format_is_refused(copied: Path, content: str) -> None:
    """With what to do."""
    (copied / "manifest.json").write_text(content)
    with pytest.raises(FixtureError):
        FixtureSet.open(copied)


def test_a_manifest_edited_by_hand_is_refused(copied: Path) -> None:
    """The hash that it has of a file is asked for, and must be there."""
    manifest = json.loads((copied / "manifest.json").read_text())
    del manifest["sha256"]["affine"]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(FixtureError, match="or the manifest was"):
        list(FixtureSet.open(copied).records("affine"))


def test_an_unrecorded_dialect_is_refused(copied: Path) -> None:
    """Rather than judged under another one."""
    made = FixtureSet.open(copied)
    arrays = {name: array for name, array in arrays_of(made, "dropout").items() if "=" not in name}
    rewritten(made, "dropout", arrays, [fields for fields in made.stem("dropout").listed if not fields["tag"]])
    with pytest.raises(FixtureError, match="no cases of dropout dropout_p=drop"):
        GoldenOracle(made).cases(contract_named("dropout"), Dialect(dropout_p="drop"))


def test_threads_that_share_an_oracle_read_each_stem_once() -> None:
    """However many threads ask at once, each is given every case once."""
    relu, threads = contract_named("relu"), 4
    alone = [case.id for case in GoldenOracle(FixtureSet.open(COMMITTED)).cases(relu)]
    shared, together = GoldenOracle(FixtureSet.open(COMMITTED)), Barrier(threads)

    def ask(_thread: int) -> list[str]:
        together.wait()
        return [case.id for case in shared.cases(relu)]

    with ThreadPoolExecutor(threads) as executor:
        assert list(executor.map(ask, range(threads))) == [alone] * threads


@pytest.mark.parametrize(("factor", "is_beyond"), [(1 + 2**-52, False), (1 + 2**-40, True)])
def test_an_input_that_another_machine_rounds_otherwise_is_the_same_input(factor: float, is_beyond: bool) -> None:
    """What a draw computes may differ in its last bit; more than rounding is another input."""
    recorded = FixtureSet.open(COMMITTED)

    def elsewhere(stem: str):
        for case, answer in recorded.records(stem):
            moved = case.dtype == "float64" and case.index == 0
            yield (case.with_inputs({**case.inputs, "x": case["x"] * factor}) if moved else case), answer

    drifts = list(golden.drift_of("affine", recorded, elsewhere))
    assert {drift.array.partition("|")[2] for drift in drifts} == {"input|x"}
    assert {drift.is_beyond_yardstick for drift in drifts} == {is_beyond}


@pytest.mark.parametrize(
    ("factors", "differs"), [({"a": 5.0}, False), ({"a": 5.0, "b": 5.0}, True), ({"m": 5.0}, True)]
)
def test_yardsticks_of_single_numbers_are_compared_together(factors: dict, differs: bool) -> None:
    """One of several numbers, rounded otherwise by chance, is no other yardstick; all of them are, and an array is."""
    relu = contract_named("relu")
    case = GoldenOracle(FixtureSet.open(COMMITTED)).cases(relu)[0]
    units = {"a": np.array(0.1), "b": np.array(1.0), "m": np.ones(3)}
    values = {name: np.ones_like(unit) for name, unit in units.items()}
    moved = {name: unit * factors.get(name, 1.0) for name, unit in units.items()}
    drifts = list(golden._case_drift(case, Answer(values, units), case, Answer(values, moved)))
    assert bool(drifts) == differs
