"""Fixture sets: the same bytes twice, intact or refused, and drift told array by array."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from conformance import golden
from conformance.contracts import all_contracts, contract_named
from conformance.dialect import DEFAULT, Dialect
from conformance.errors import FixtureError
from conformance.fixture_set import COMMITTED, FixtureSet, digest
from conformance.oracle import GoldenOracle


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the committed set, to be damaged."""
    return Path(shutil.copytree(COMMITTED, tmp_path / "set", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_committed_set_is_small() -> None:
    """Under 5 MB."""
    assert sum(file.stat().st_size for file in COMMITTED.iterdir() if file.is_file()) < 5_000_000


def test_the_manifest_says_what_made_the_set() -> None:
    """Seed, versions, yardstick, and a hash for every array."""
    manifest = FixtureSet.open(COMMITTED).manifest
    assert set(manifest["versions"]) == {"gradproof", "numpy", "torch"}
    assert manifest["seed"] == 0
    assert all(len(digest) == 64 for hashes in manifest["hashes"].values() for digest in hashes.values())


@pytest.mark.parametrize("contract", [contract.name for contract in all_contracts()])
def test_every_contract_is_recorded_under_every_dialect_it_depends_on(contract: str) -> None:
    """So that no dialect needs torch."""
    row = contract_named(contract)
    oracle = GoldenOracle(FixtureSet.open(COMMITTED))
    for dialect in (DEFAULT, *DEFAULT.variants(row.dialects)):
        assert len([case for case in oracle.cases(row, dialect) if not case.source]) == 24


def test_published_values_are_recorded_with_their_source() -> None:
    """affine, relu and the shallow net of the notebook, in both oracles."""
    sources = FixtureSet.open(COMMITTED).manifest["sources"]
    assert {case.partition("/")[0] for case in sources} == {"affine", "relu", "shallow_net"}
    assert all("cs231n" in source for source in sources.values())


@pytest.mark.needs_torch
def test_regenerating_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """And the same as a set made before, whatever the order of writing."""
    for name in ("a", "b"):
        golden.regenerate(tmp_path / name, seed=5, cases=3)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


@pytest.mark.needs_torch
def test_a_private_set_grades_like_torch_with_its_seed(tmp_path: Path) -> None:
    """The same cases and the same answers."""
    from conformance.oracle import TorchOracle

    golden.regenerate(tmp_path, seed=11, cases=4)
    recorded, live = GoldenOracle.open(str(tmp_path), None), TorchOracle(11)
    for contract in all_contracts():
        for a, b in zip(recorded.cases(contract, DEFAULT, 4), live.cases(contract, DEFAULT, 4), strict=True):
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
def test_a_drifted_answer_is_reported_in_yardsticks(tmp_path: Path) -> None:
    """One element of one answer, moved by a millionth."""
    from safetensors.numpy import load_file, save_file

    made = golden.regenerate(tmp_path, seed=0, cases=2)
    arrays = load_file(tmp_path / "affine.safetensors")
    name = next(key for key in sorted(arrays) if key.startswith("affine/0/0|value|out"))
    arrays[name] = arrays[name] + 1e-6
    save_file(arrays, tmp_path / "affine.safetensors")
    made.manifest["hashes"]["affine"][name] = digest(arrays[name])
    drifts = list(golden.drift(made, lambda stem: golden.computed(stem, 0, 2)))
    assert [(drift.array, drift.what) for drift in drifts] == [(name, "moved")]
    assert drifts[0].is_beyond_yardstick
    assert drifts[0].ratio > 1e5


@pytest.mark.needs_torch
def test_a_widened_yardstick_is_reported(tmp_path: Path) -> None:
    """A unit a million times too large would let anything pass: it does not go unnoticed."""
    from safetensors.numpy import load_file, save_file

    made = golden.regenerate(tmp_path, seed=0, cases=2)
    arrays = load_file(tmp_path / "affine.safetensors")
    name = next(key for key in sorted(arrays) if key.startswith("affine/0/0|unit|out"))
    arrays[name] = arrays[name] * 1e6
    save_file(arrays, tmp_path / "affine.safetensors")
    made.manifest["hashes"]["affine"][name] = digest(arrays[name])
    made.manifest["yardstick"]["normwise"] = 1e6
    drifts = list(golden.drift(made, lambda stem: golden.computed(stem, 0, 2)))
    assert {(drift.array, drift.is_beyond_yardstick) for drift in drifts} == {("yardstick", True), (name, True)}


@pytest.mark.needs_torch
def test_another_seed_moves_everything(tmp_path: Path) -> None:
    """Cases of another seed are new, the old ones gone."""
    made = golden.regenerate(tmp_path, seed=1, cases=1)
    whats = {drift.what for drift in golden.drift(made, lambda stem: golden.computed(stem, 2, 1))}
    assert whats == {"is new", "is gone"}


def test_a_changed_byte_is_refused(copied: Path) -> None:
    """The hash names the array."""
    path = copied / "affine.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(FixtureError, match="is not what the manifest says"):
        FixtureSet.open(copied).arrays("affine")


def test_a_truncated_file_is_refused(copied: Path) -> None:
    """Not read in part."""
    path = copied / "affine.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FixtureError, match="cannot be read"):
        FixtureSet.open(copied).arrays("affine")


def test_a_missing_file_is_refused(copied: Path) -> None:
    """With its name."""
    (copied / "losses.safetensors").unlink()
    with pytest.raises(FixtureError, match=r"losses\.safetensors cannot be read"):
        GoldenOracle(FixtureSet.open(copied)).cases(contract_named("svm_loss"))


@pytest.mark.parametrize("content", ["", "[]", '{"format": "other"}', "{"])
def test_a_manifest_of_another_format_is_refused(copied: Path, content: str) -> None:
    """With what to do."""
    (copied / "manifest.json").write_text(content)
    with pytest.raises(FixtureError):
        FixtureSet.open(copied)


def test_a_case_that_the_manifest_lists_and_the_file_lacks_is_refused(copied: Path) -> None:
    """A manifest edited by hand does not go unnoticed."""
    manifest = json.loads((copied / "manifest.json").read_text())
    name = next(iter(manifest["hashes"]["affine"]))
    del manifest["hashes"]["affine"][name]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(FixtureError, match="does not have the arrays that the manifest lists"):
        FixtureSet.open(copied).arrays("affine")


def test_an_unrecorded_dialect_is_refused(copied: Path) -> None:
    """Rather than judged under another one."""
    manifest = json.loads((copied / "manifest.json").read_text())
    manifest["cases"]["dropout"] = [case for case in manifest["cases"]["dropout"] if not case["tag"]]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(FixtureError, match="no cases of dropout dropout_p=drop"):
        GoldenOracle(FixtureSet.open(copied)).cases(contract_named("dropout"), Dialect(dropout_p="drop"))
