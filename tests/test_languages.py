"""What a person reads, in another language: complete, with the same names in it, and never in the data."""

import re
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest

from gradproof.conformance.checks.discretion import discreet
from gradproof.conformance.cli.main import cli
from gradproof.conformance.cli.spoken import helping
from gradproof.conformance.reports import views
from gradproof.conformance.reports.languages import messages, speaking
from gradproof.conformance.spec.english import sentence
from gradproof.conformance.spec.findings import Kind, Raised, found
from gradproof.conformance.spec.words.said import placeholders

FOLDER = Path(speaking.__file__).parent
DOMAINS: dict[str, Callable[[], tuple[str, ...]]] = {
    "gradproof": messages.of_suite,
    "commands": lambda: tuple(dict.fromkeys(helping.messages(cli))),
    "hints": messages.of_hints,
}
WHOLE = ("gradproof", "commands")
LEAST_OF_HINTS = 0.9  # the share that is told in Chinese; it does not fall
HAN = "[\u4e00-\u9fff]"
OTHER_WORDS = "批标准化|批规范化|移动均值|遮罩|样例|整流|缺省"  # for what is called otherwise here
ILL_SET = re.compile(f"{HAN}[,;:?!(]|[,;?!)]{HAN}|{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}|{OTHER_WORDS}")
IN_CODE = re.compile(r"`[^`]+`|\bnp\.\w+|\b[a-z]+_[a-z_]+\b|--[a-z-]+")


def chinese(domain: str) -> dict[str, str]:
    """The messages of a domain that have a translation."""
    with (FOLDER / "zh" / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        return {key: value for key, value in GNUTranslations(file)._catalog.items() if key}


@pytest.mark.parametrize("domain", WHOLE)
def test_every_sentence_has_a_translation(domain: str) -> None:
    """Whoever adds one adds its Chinese to the .po file and runs benchmarks/languages.py."""
    known = chinese(domain)
    assert [each for each in DOMAINS[domain]() if each not in known] == []


def test_the_share_of_hints_that_are_translated_does_not_fall() -> None:
    """A new misconception may come without: it is told in English then."""
    every, known = messages.of_hints(), chinese("hints")
    assert sum(each in known for each in every) >= LEAST_OF_HINTS * len(every)


@pytest.mark.parametrize("domain", DOMAINS)
def test_translations_have_the_same_placeholders(domain: str) -> None:
    """No value is lost, and none asked for that is not there. The braces of hints and help are their own."""
    known = chinese(domain)
    if domain != "gradproof":
        assert {k: v for k, v in known.items() if k.count("{") != v.count("{")} == {}
    else:
        assert {k: v for k, v in known.items() if placeholders(k) != placeholders(v)} == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_names_are_not_translated(domain: str) -> None:
    """What is code in a sentence, or an option, is the same in its translation."""
    known = chinese(domain)
    lost = {k: v for k, v in known.items() for name in IN_CODE.findall(k) if not placeholders(name) and name not in v}
    assert lost == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_is_set_as_chinese_is(domain: str) -> None:
    """Its own marks, a blank between it and what is code, and one word for one thing."""
    told = {re.sub(r"`[^`]*`", "x", text) for text in chinese(domain).values()}
    assert [text for text in told if ILL_SET.search(text)] == []


def test_a_lost_placeholder_and_a_lost_name_would_be_seen() -> None:
    """Planted: the two tests above can fail."""
    assert placeholders("{name} is {got}") != placeholders("{name}")
    assert "sqrt_x" in IN_CODE.findall("you call sqrt_x twice")


def test_what_is_compiled_is_what_is_written() -> None:
    """Both are committed."""
    pofile = pytest.importorskip("babel.messages.pofile")
    for domain in DOMAINS:
        with (FOLDER / "zh" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
            written = {each.id: each.string for each in pofile.read_po(file) if each.id and each.string}
        assert written == chinese(domain)


def test_a_sentence_under_a_name_is_found_wherever_the_name_stands(tmp_path: Path, monkeypatch) -> None:
    """In the module that says it, or in another one of ours; one of a pair, one of a choice."""
    (tmp_path / "names.py").write_text('FAR = "far {x}"\nONE, TWO = "one", "two"\n')
    lines = ("from gradproof.conformance.names import FAR", "NEAR = 'near'", "say(FAR, x=1)", "t(NEAR)", "t(UNKNOWN)")
    more = ("from gradproof.conformance.names import ONE, TWO as OTHER", "t(ONE if x else OTHER)")
    (tmp_path / "saying.py").write_text("\n".join((*lines, *more)))
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    assert {*messages._of_module(tmp_path / "saying.py")} == {"far {x}", "near", "one", "two"}


def test_what_a_page_says_of_a_hand_in_is_told_in_its_language() -> None:
    """Its labels too, and that a class of exceptions is the hand-in's own, which nobody else may name."""
    raised = found(Kind.RAISED, function="relu_forward", exception=Raised("Mine", "x", "layers.py", 3))
    told = sentence(discreet(raised))
    with speaking.speaking("zh"):
        assert not [label for label in views.FACTS if speaking.t(label) == label]
        assert speaking.tell(told) == "relu_forward 抛出了 它自定义类的异常（layers.py，第 3 行）"
