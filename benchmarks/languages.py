"""Brings the catalogues up to what the code says today, compiles them, and says what they lack. Needs Babel.

    python benchmarks/languages.py            every language
    python benchmarks/languages.py zh

A catalogue is ``conformance/reports/languages/LANGUAGE/LC_MESSAGES/DOMAIN.po``; what is compiled of it, the .mo file,
stands beside it and is what runs: both are committed. A message that is no longer said is taken out.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from gradproof.conformance.cli.main import cli
from gradproof.conformance.cli.spoken import helping
from gradproof.conformance.reports.languages import messages

FOLDER = Path(messages.__file__).parent
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)  # the same messages make the same bytes
DOMAINS = {
    "gradproof": messages.of_suite,
    "commands": lambda: tuple(dict.fromkeys(helping.messages(cli))),
    "hints": messages.of_hints,
}


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands."""
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def brought_up(before: Catalog, said: tuple[str, ...], language: str) -> Catalog:
    """The same with all that is said, in its order, and with nothing else."""
    made = Catalog(language, project="gradproof", version="1", creation_date=ALWAYS, revision_date=ALWAYS, fuzzy=False)
    for text in said:
        known = before.get(text)
        made.add(text, known.string if known else "")
    return made


def settle(path: Path, said: tuple[str, ...], language: str) -> int:
    """Write a catalogue and what is compiled of it; how many messages it lacks."""
    made = brought_up(read(path, language), said, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, made, width=0, omit_header=True, no_location=True)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, made)
    return sum(not message.string for message in made if message.id)


def main(languages: list[str]) -> None:
    """Settle every domain of the languages, or of all that there are."""
    for language in languages or sorted(each.name for each in FOLDER.iterdir() if (each / "LC_MESSAGES").is_dir()):
        for domain, said in DOMAINS.items():
            every = said()
            lacks = settle(FOLDER / language / "LC_MESSAGES" / f"{domain}.po", every, language)
            print(f"{language} {domain}: {len(every)} messages, {lacks} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
