"""The README, CONTRIBUTING, CHANGELOG, docs/ and the examples' pages: what they point to and tell to run is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gradproof.conformance.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = [file for pattern in ("*.md", "docs/*.md", "examples/*/*.md", "tests/*/*.md") for file in ROOT.glob(pattern)]
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
COMMAND = re.compile(r"(?:^|[\s/])gradproof\s+(?!import\b)([^|;&>]+)")
PLACEHOLDER = re.compile(r"[A-Z][A-Z-]*/?")  # PATH, SECRET, OUT
OF_PYTEST = re.compile(r"--submission[\w-]*")
IN_THE_REPOSITORY = re.compile(
    r"(?:impl|reference|conformance|fixtures|gradproof|docs|tests|benchmarks|examples|\.ci|\.github)/[\w./-]*"
)
ROOM = re.compile(r"^\| `(\w+)/` \|", re.MULTILINE)


def name_of(page: Path) -> str:
    """The path of a page in the repository."""
    return page.relative_to(ROOT).as_posix()


every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def text_of(page: Path) -> str:
    """What a page says."""
    return page.read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """The code inside sentences, each on one line."""
    return [" ".join(code.split()) for code in SPAN.findall(FENCED.sub("", text))]


def anchors(text: str) -> set[str]:
    """What ``#`` can lead to: the headings as GitHub makes anchors of them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(FENCED.sub("", text))
    }


def dead_links(text: str, folder: Path, own: Path) -> list[str]:
    """The relative links of a text in a folder that lead to no file, or to no heading of it."""
    dead = []
    for link in LINK.findall(FENCED.sub("", text)):
        path, _, anchor = link.partition("#")
        target = folder / path if path else own
        if "://" not in link and not (target.exists() and (not anchor or anchor in anchors(text_of(target)))):
            dead.append(link)
    return dead


def commands(text: str) -> Iterator[list[str]]:
    """The words after ``gradproof`` of each command in a text, those that stand for something replaced by a 1."""
    for line in (*"\n".join(FENCED.findall(text)).splitlines(), *spans(text)):
        for found in COMMAND.finditer("" if line.startswith("import ") else line):
            yield [
                PLACEHOLDER.sub("1", word) if PLACEHOLDER.fullmatch(word) else word for word in shlex.split(found[1])
            ]


def complaint(words: list[str]) -> str | None:
    """What the command line has against a command; None if it would run, or only lacks what a sentence leaves out."""
    command: click.Command = cli
    while isinstance(command, click.Group):
        if not words:
            return None
        if words[0] not in command.commands:
            return f"there is no {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    try:
        command.make_context(command.name, list(words))
    except (click.MissingParameter, click.exceptions.Exit):  # a sentence about the verb; --help
        return None
    except click.ClickException as error:
        return error.format_message()
    return None


def options_of(command: click.Command) -> set[str]:
    """The options of a command and of all commands below it."""
    own = {"--help", *(name for option in command.params for name in option.opts)}
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return own.union(*map(options_of, below))


def unknown_options(text: str, config: pytest.Config) -> list[str]:
    """The options that a sentence names alone and no verb has, and those of pytest that the plugin lacks."""
    known = options_of(cli)
    alone = {name for code in spans(text) if (name := code.split()[0]).startswith("--") and name.strip("-")}
    of_pytest = {*OF_PYTEST.findall(text)}
    lacking = [name for name in of_pytest if config.getoption(name.strip("-").replace("-", "_"), ...) is ...]
    return sorted([*(alone - of_pytest - known), *lacking])


def missing_paths(text: str, folder: Path) -> list[str]:
    """The paths of this repository that sentences name and that are not there. NAME stands for any."""
    named = [code for code in spans(text) if IN_THE_REPOSITORY.fullmatch(code) and "NAME" not in code]
    return [path for path in named if not ((ROOT / path).exists() or (folder / path).exists())]


@every_page
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading where it has an anchor."""
    assert dead_links(text_of(page), page.parent, page) == []


@every_page
def test_every_command_is_one_that_the_command_line_takes(page: Path) -> None:
    """Verb, options and what is to be chosen from."""
    assert {" ".join(words): said for words in commands(text_of(page)) if (said := complaint(words))} == {}


@every_page
def test_every_option_in_a_sentence_exists(page: Path, pytestconfig: pytest.Config) -> None:
    """Of some verb, or of the pytest plugin."""
    assert unknown_options(text_of(page), pytestconfig) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=name_of)
def test_every_path_in_a_sentence_is_there(page: Path) -> None:
    """So that a file that moves is found again; a history may name what is gone."""
    assert missing_paths(text_of(page), page.parent) == []


def test_contributing_has_a_line_for_every_room() -> None:
    """And for no other."""
    rooms = {file.parent.name for file in (ROOT / "conformance").glob("*/__init__.py")}
    assert sorted(ROOM.findall(text_of(ROOT / "CONTRIBUTING.md"))) == sorted(rooms)


def test_every_page_of_docs_is_in_the_index() -> None:
    """A reader finds it from there."""
    linked = LINK.findall(text_of(ROOT / "docs" / "index.md"))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} <= {*linked}


@pytest.mark.parametrize("link", ["docs/nowhere.md", "docs/index.md#nothing", "#nothing", "../README.md"])
def test_a_dead_link_is_seen(link: str) -> None:
    """Planted: a file and an anchor that are not there, and a folder too far up."""
    alive, code = "[alive](docs/index.md#pages)", "```\n[code](x.md)\n```"
    assert dead_links(f"{alive}, [dead]({link})\n\n{code}\n", ROOT, ROOT / "README.md") == [link]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("gradproof chek PATH", "there is no chek"),
        ("gradproof check PATH --cosmology golden", "No such option"),
        ("cd x && .venv/bin/gradproof report OUT --format latex", "'latex' is not one of"),
        ("gradproof fixtures forget", "there is no forget"),
        ("python -m gradproof list nothing", "'nothing' is not one of"),
        ("gradproof check PATH --cases many", "not a valid integer"),
    ],
)
def test_a_command_that_is_none_is_seen(command: str, says: str) -> None:
    """Planted: in a block and in a sentence, beside one that is right."""
    for text in (f"```sh\ngradproof doctor\n{command}\n```\n", f"`gradproof doctor` or `{command}`\n"):
        right, wrong = map(complaint, commands(text))
        assert right is None
        assert says in str(wrong)


def test_an_option_or_a_path_that_is_gone_is_seen(pytestconfig: pytest.Config) -> None:
    """Planted: one of no verb, one that the plugin lacks, a file that has moved."""
    assert unknown_options("`--oracle torch`, `--orakel`, `--submission-pat X`", pytestconfig) == [
        "--orakel",
        "--submission-pat",
    ]
    assert missing_paths("`impl/affine.py`, `impl/NAME.py`, `conformance/checks.py`", ROOT) == ["conformance/checks.py"]
