"""What is installed: one package, gradproof, that works beside strangers' packages called as its folders are.

And a checkout in which the symbolic links are small text files, as git writes them where a file system has none.
"""

import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import RELU

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ("gradproof", "impl", "reference", "conformance", "fixtures", "examples", "tests", "docs", "benchmarks")
FILES = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "tox.ini", ".gitignore")
STRANGERS = ("fixtures", "impl", "reference", "conformance")
NEEDED = ("hatchling", "pip")
MISSING = [name for name in NEEDED if find_spec(name) is None]

pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(bool(MISSING), reason=f"a wheel is built and installed with {', '.join(NEEDED)}"),
]

BUILD = "import sys, hatchling.build as b; print(getattr(b, sys.argv[1])(sys.argv[2]))"
RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); sys.argv[0] = 'gradproof'; "
COMMAND = RUN + "from gradproof.conformance.cli.main import main; main()"
PYTEST = RUN + "import pytest; sys.exit(pytest.main(sys.argv[1:]))"

PLUGIN = ("--submission", "mine.py", "--submission-cases", 3, "--submission-oracle", "golden")

Done = subprocess.CompletedProcess[str]
Command = Callable[..., Done]


def python(*arguments: object, cwd: Path) -> Done:
    """A Python of its own, that finds nothing of this checkout but what is installed."""
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def built(kind: str, source: Path, target: Path) -> Path:
    """An sdist or a wheel, built without isolation and without a network."""
    done = python("-c", BUILD, f"build_{kind}", target, cwd=source)
    assert done.returncode == 0, done.stderr
    return target / done.stdout.split()[-1]


def checkout(folder: Path, with_links: bool) -> Path:
    """A copy of what an sdist is made of, its links as they are or written out as text."""
    skipped = shutil.ignore_patterns("__pycache__")
    for name in TAKEN:
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=skipped)
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    links = [path for path in (folder / "gradproof").iterdir() if path.is_symlink()]
    assert {link.name for link in links} == set(STRANGERS)
    for link in links if not with_links else ():
        text = str(link.readlink())
        link.unlink()
        link.write_text(text)
    return folder


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist that was built from a checkout, unpacked."""
    folder = tmp_path_factory.mktemp("built")
    sdist = built("sdist", checkout(folder / "checkout", with_links=True), folder)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(unpacked: Path) -> Path:
    """Built from the sdist, as ``python -m build`` does."""
    return built("wheel", unpacked, unpacked.parent)


@pytest.fixture(scope="module")
def linkless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout on a file system without symbolic links."""
    return checkout(tmp_path_factory.mktemp("linkless"), with_links=False)


def stranger(name: str) -> str:
    """The source of a package of somebody else's."""
    return f"STRANGER = {name!r}\n"


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it is installed, beside packages of the names of its folders."""
    folder = tmp_path_factory.mktemp("site")
    for name in STRANGERS:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(stranger(name))
        (folder / name / "affine.py").write_text(stranger(name))
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check")
    done = python("-m", "pip", "install", *options, "--target", folder, wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def command(site: Path, tmp_path: Path) -> Command:
    """The installed command, run in an empty folder."""
    return lambda *arguments: python("-c", COMMAND, site, *arguments, cwd=tmp_path)


def test_one_package_is_installed(site: Path) -> None:
    """And what tells of it, and the script; the packages that were there are what they were."""
    assert {path.name for path in site.iterdir()} == {"gradproof", "gradproof-0.1.0.dist-info", "bin", *STRANGERS}
    for name in STRANGERS:
        assert {path.name: path.read_text() for path in (site / name).iterdir()} == {
            "__init__.py": stranger(name),
            "affine.py": stranger(name),
        }


def test_the_package_holds_the_four_folders_and_no_record_of_the_suite(site: Path) -> None:
    """Every file of the folders as it is here, but the score, the correct variants and the proofs about mutants."""
    expected = {"__init__.py", "__main__.py", "py.typed"}
    for name in ("impl", "reference", "conformance", "fixtures", "examples/assignments"):
        inside = {"examples/assignments": "conformance/assignments"}.get(name, name)
        files = [path.relative_to(ROOT / name) for path in (ROOT / name).rglob("*") if path.is_file()]
        expected |= {f"{inside}/{path.as_posix()}" for path in files if "__pycache__" not in path.parts}
    expected.add("conformance/adapters/mytorch_sequences.py")  # that of the assignments cmu-hw3 and cmu-hw4
    expected -= {f"conformance/power/{name}" for name in ("score.json", "equivalent.toml")}
    expected = {path for path in expected if not path.startswith("conformance/power/variants/")}
    package = site / "gradproof"
    assert {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()} == expected


def test_strangers_and_gradproof_are_imported_in_one_process(site: Path, tmp_path: Path) -> None:
    """Each name means what whoever installed it expects."""
    names = ", ".join((*STRANGERS, *(f"gradproof.{name}" for name in STRANGERS if name != "fixtures")))
    told = f"[m.STRANGER for m in ({', '.join(STRANGERS)})], [gradproof.__file__, gradproof.__version__]"
    done = python("-c", f"{RUN}import {names}, gradproof.impl.affine; print({told})", site, cwd=tmp_path)
    assert done.stdout == f"{list(STRANGERS)} {[str(site / 'gradproof' / '__init__.py'), '0.1.0']}\n", done.stderr


def test_a_right_submission_passes(command: Command) -> None:
    """By the recorded answers that are installed with the suite."""
    example = ROOT / "examples" / "submissions" / "s3"
    done = command("check", example, "--oracle", "golden", "--cases", 2)
    assert (done.returncode, done.stderr) == (0, "")
    assert "42 checks passed" in done.stdout


def test_a_network_on_a_wrong_layer_is_judged_with_the_proven_one(command: Command, tmp_path: Path) -> None:
    """Which is this project's, though a stranger's impl is installed."""
    shutil.copytree(ROOT / "examples" / "submissions" / "s3", tmp_path / "mine")
    layers = tmp_path / "mine" / "layers.py"
    layers.write_text(layers.read_text().replace("db = np.sum(dout, axis=0)", "db = np.mean(dout, axis=0)"))
    done = command("check", "mine", "--oracle", "golden", "--cases", 3, "--only", "affine", "--only", "*net")
    assert (done.returncode, done.stderr) == (1, "")
    assert "affine:bias_gradient_is_a_mean" in done.stdout
    assert "proven" in done.stdout


def test_the_plugin_judges_a_submission(site: Path, tmp_path: Path) -> None:
    """Its tests are in the package."""
    (tmp_path / "mine.py").write_text(RELU.replace("cache > 0", "cache >= 7"))
    done = python("-c", PYTEST, site, *PLUGIN, "-q", cwd=tmp_path)
    assert "test_submission_meets[relu-gradient]" in done.stdout, done.stderr
    assert " failed" in done.stdout


def test_shipped_assignments_are_listed(command: Command) -> None:
    """They are in the package."""
    listed = command("list", "assignments").stdout
    assert all(file.stem in listed for file in (ROOT / "examples" / "assignments").glob("*.toml"))


def test_power_says_that_it_needs_a_checkout(command: Command) -> None:
    """In one line."""
    done = command("power", "--only", "relu")
    assert (done.returncode, done.stdout) == (2, "")
    assert "power needs a checkout" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_checkout_without_links_gives_the_same_wheel(linkless: Path, wheel: Path, tmp_path: Path) -> None:
    """Byte by byte."""
    assert built("wheel", linkless, tmp_path).read_bytes() == wheel.read_bytes()


@pytest.mark.parametrize("kind", ["linkless", "unpacked"])
def test_a_checkout_without_links_judges(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """``python -m gradproof`` in it, and with its folder on the search path, as an editable install has it."""
    folder: Path = request.getfixturevalue(kind)
    example = ROOT / "examples" / "submissions" / "right"
    check = ("check", str(example), "--oracle", "golden", "--cases", "2", "--only", "relu")
    inside = subprocess.run(
        [sys.executable, "-m", "gradproof", *check], cwd=folder, capture_output=True, text=True, check=False
    )
    beside = python("-c", COMMAND, folder, *check, cwd=tmp_path)
    for done in (inside, beside):
        assert (done.returncode, done.stderr) == (0, "")
        assert "checks passed" in done.stdout
    where = python(
        "-c", f"{RUN}import gradproof.conformance.sandbox.walls.system as s; print(s.PACKAGE)", folder, cwd=tmp_path
    )
    assert where.stdout.strip() == str(folder / "conformance")
