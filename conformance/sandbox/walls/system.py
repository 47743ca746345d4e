"""Where Python and NumPy lie on this machine, and which files of this project the worker needs."""

import stat
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

import gradproof
from gradproof.conformance.spec.words.said import say

PACKAGE = Path(__file__).resolve().parents[2]
IMPL = PACKAGE.parent / "impl"
WORKER_FILES = ("__init__.py", "errors.py", "harness", "spec")
PROVEN_LAYERS = (
    "activations",
    "activations_smooth",
    "affine",
    "attention",
    "blocks",
    "blocks_convolution",
    "convolution",
    "dropout",
    "embedding",
    "losses",
    "normalization",
    "normalization_spatial",
    "optim",
    "pooling",
    "positions",
    "recurrent",
    "validation",
    "windows",
)
TRIAL = "import sys; sys.path.insert(0, {!r}); import numpy, gradproof.conformance.harness.wire"
LINKED_FOLDERS = ("/lib", "/lib64")  # on most systems links into /usr
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives")


def not_linux() -> str | None:
    """That no wall can stand on this system; None on Linux."""
    return (
        None if sys.platform == "linux" else say("walls stand on Linux only, and this is {system}", system=sys.platform)
    )


def interpreter() -> Path:
    """The interpreter itself, not the link to it in a virtual environment."""
    return Path(sys.executable).resolve()


def python_files() -> Iterator[Path]:
    """The interpreter, its shared library, and the standard library with its compiled part."""
    yield interpreter()
    folder = Path(sysconfig.get_config_var("LIBDIR") or "")
    yield from sorted(folder.glob(f"libpython{sysconfig.get_python_version()}*.so*"))
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix}
    folders = {Path(sysconfig.get_path(kind, vars=base)) for kind in ("stdlib", "platstdlib")}
    yield from sorted(folders)


def shut(paths: Iterable[Path]) -> Path | None:
    """The first folder on the way to any of these that only its owner or its group may go through."""
    folders = dict.fromkeys(folder for path in paths for folder in reversed(path.parents))
    return next((folder for folder in folders if not folder.stat().st_mode & stat.S_IXOTH), None)


def foreign_packages() -> Iterator[Path]:
    """Folders of installed packages below the standard library: to be covered."""
    for folder in python_files():
        if folder.is_dir():
            yield from (folder / name for name in ("site-packages", "dist-packages") if (folder / name).is_dir())


def library_folders() -> Iterator[Path]:
    """Where the system keeps shared libraries of this machine's architecture; no programs lie there."""
    triplet = sysconfig.get_config_var("MULTIARCH")
    folders = [Path(folder, triplet) for folder in ("/usr/lib", "/lib") if triplet]
    folders += [Path("/usr/lib64"), Path("/lib64")]
    yield from (folder for folder in folders if folder.is_dir() and not _is_below_a_link(folder))


def library_links() -> Iterator[tuple[str, str]]:
    """Link and target, where a folder of libraries is a link."""
    yield from ((name, str(Path(name).readlink())) for name in LINKED_FOLDERS if Path(name).is_symlink())


def _is_below_a_link(folder: Path) -> bool:
    return any(str(folder) == name or str(folder).startswith(f"{name}/") for name, _ in library_links())


def numpy_folders() -> Iterator[Path]:
    """NumPy, and the libraries that its wheel brings."""
    package = Path(getattr(find_spec("numpy"), "origin", "")).resolve().parent
    yield package
    libraries = package.parent / "numpy.libs"
    if libraries.is_dir():
        yield libraries


def root() -> Path:
    """The folder that holds the package gradproof."""
    return Path(gradproof.__file__).resolve().parent.parent


def worker_files() -> Iterator[tuple[Path, Path]]:
    """The worker and what it imports, each with its place below the root: how cases are asked, and no answer."""
    yield root() / "gradproof" / "__init__.py", Path("gradproof", "__init__.py")
    yield from ((PACKAGE / name, Path("gradproof", "conformance", name)) for name in WORKER_FILES)


def donor_files() -> Iterator[tuple[Path, Path]]:
    """The layers of impl, each with its place below the root; no network, and not the package's own file."""
    yield from ((IMPL / f"{name}.py", Path("gradproof", "impl", f"{name}.py")) for name in PROVEN_LAYERS)
