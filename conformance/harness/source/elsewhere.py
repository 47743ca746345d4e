"""What a submission that defines no function of the canonical API was meant as, read without running it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from gradproof.conformance.harness.source.names import imported_names
from gradproof.conformance.harness.source.objects import objects_of
from gradproof.conformance.spec.words import sent
from gradproof.conformance.spec.words.said import say

MOST_NAMES = 5


def meant(path: Path, files: Iterable[Path], names: frozenset[str]) -> Iterator[str]:
    """Where it has functions from that it does not define, or the classes that its layers are."""
    files = tuple(files)
    imported = [told for file in files for told in _imported(file, path, files, names)]
    yield from imported
    classes = [] if imported else [each.name for each in objects_of(files)]
    if classes:
        yield say(sent.OF_OBJECTS, names=", ".join(classes[:MOST_NAMES]), file=path.name)


def _imported(file: Path, path: Path, files: tuple[Path, ...], names: frozenset[str]) -> Iterator[str]:
    """What a file has from others that are not there and is asked for: that is what was to be handed in."""
    by_module: dict[str, list[str]] = {}
    for module, name in imported_names(file):
        by_module.setdefault(module, []).extend({name} & names)
    place = file.relative_to(path).as_posix() if path.is_dir() else file.name
    for module, imported in by_module.items():
        wanted = Path(*module.split(".")).with_suffix(".py")
        if imported and not any(each.parts[-len(wanted.parts) :] == wanted.parts for each in files):
            of = {"names": ", ".join(imported), "wanted": wanted.as_posix()}
            yield say(sent.OF_OTHERS, file=place, **of)
