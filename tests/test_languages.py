"""What a person reads, in another language: complete, with the same names in it, and never in the data."""

import json
import pickle
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from gettext import GNUTranslations
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from graded_class import CLASS, graded, header, rendered, result, written
from rich.cells import cell_len
from rich.console import Console

from gradproof.conformance.checks import hints, serialized
from gradproof.conformance.checks.discretion import Words, discreet_words, frank_words
from gradproof.conformance.checks.messages import text
from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.main import cli, main
from gradproof.conformance.cli.report import report
from gradproof.conformance.cli.spoken import helping, usage
from gradproof.conformance.cli.spoken.lines import CLOSING, lines
from gradproof.conformance.engine.assignment import read
from gradproof.conformance.errors import ContractFileError, UsageError, words_of
from gradproof.conformance.grading.handin import IntakeProblem
from gradproof.conformance.grading.model import from_line, to_line
from gradproof.conformance.grading.returned.tape import Tape, packed, unpacked
from gradproof.conformance.harness.wire import WireError
from gradproof.conformance.oracle.golden import Drift
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.score import Score
from gradproof.conformance.power.submissions import Trial
from gradproof.conformance.reports.languages import messages, speaking
from gradproof.conformance.reports.languages.speaking import LANGUAGES, of_environment, t, tell
from gradproof.conformance.reports.overview import detection
from gradproof.conformance.reports.text import failure_text
from gradproof.conformance.reports.views import View, sheet
from gradproof.conformance.reports.wording import padded
from gradproof.conformance.sandbox import from_outside
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.cases import LAYOUTS, draw_case
from gradproof.conformance.spec.contracts import contract_named
from gradproof.conformance.spec.english import exception
from gradproof.conformance.spec.findings import Kind, Raised, found
from gradproof.conformance.spec.open_row.row import contract
from gradproof.conformance.spec.words import aged
from gradproof.conformance.spec.words.said import SENTENCES, Said, as_plain, from_plain, joined, placeholders, say
from gradproof.conformance.spec.words.sent import IMPORT_FAILED

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


def test_a_sentence_is_english_until_it_is_told() -> None:
    """And English again, once the block that speaks another language has ended."""
    said = say("{name} lacks {term}", name="dx", term="x")
    with speaking.speaking("zh"):
        assert (said, tell(said)) == ("dx lacks x", "dx 缺少 x")
    assert tell(said) == "dx lacks x"


def test_what_somebody_says_is_not_translated() -> None:
    """A name that is a message too, such as ``failed``, stays; so do words that a submission gave."""
    with speaking.speaking("zh"):
        assert tell("failed") == "failed"
        assert t("{name}: {words}", name="failed", words="points") == "failed：points"


def test_a_sentence_within_a_sentence_is_told_too() -> None:
    """Whatever its depth."""
    inner = say("{check} {status}", check="forward", status=say("failed"))
    with speaking.speaking("zh"):
        assert tell(joined(SENTENCES, (inner, "own words"))) == "forward 未通过；own words"


def test_what_has_no_translation_is_english() -> None:
    """Without a word about it."""
    with speaking.speaking("zh"):
        assert tell(say("a sentence of {name} that nobody translated", name="mine")) == (
            "a sentence of mine that nobody translated"
        )


def test_braces_of_a_sentence_without_values_are_its_own() -> None:
    """A misconception may speak of ``{}``."""
    assert say("a dictionary is {} here") == "a dictionary is {} here"


def test_a_sentence_survives_its_ways() -> None:
    """To another process, and through a file."""
    said = say("{before} ({after})", before=say("{name} is transposed", name="dw"), after="mine")
    plain = json.loads(json.dumps(as_plain(said)))
    with speaking.speaking("zh"):
        assert {tell(pickle.loads(pickle.dumps(said))), tell(from_plain(said, plain))} == {"dw 被转置了（mine）"}


def test_words_for_two_readers_survive_a_process() -> None:
    """With what each of them is told."""
    words = pickle.loads(pickle.dumps(Words(say("{name} is transposed", name="dw"), "it is turned")))
    assert (frank_words(words), discreet_words(words)) == ("dw is transposed", "it is turned")
    assert isinstance(frank_words(words), Said)


@pytest.mark.parametrize(
    "plain", [None, 3, {"say": "{a}"}, {"say": "other", "with": {}}, {"say": "{a.b}", "with": {"a": 1}}]
)
def test_what_a_file_has_otherwise_is_no_more_than_its_english(plain: object) -> None:
    """A damaged or made-up record changes no word."""
    assert from_plain("as it was", plain) == "as it was"
    assert not isinstance(from_plain("as it was", plain), Said)


def test_a_ledger_keeps_what_its_hints_are_made_of() -> None:
    """So that a report in another language needs no judging."""
    ladder = (say("What is to come out for x = -2?"), say("{done}.", done=say("own")))
    one = graded(
        "ann", result("relu", "forward", Status.FAILED, hint=ladder[0], discreet_hint=ladder[0], ladder=ladder)
    )
    back = from_line(to_line(one))
    assert back.run is not None
    assert back.run.results[0].ladder == ladder
    with speaking.speaking("zh"):
        assert tell(back.run.results[0].ladder[1]) == "own。"
        assert hints.told(back.run.results[0], 2) == "What is to come out for x = -2? own."


def test_a_ledger_keeps_the_sentences_among_facts() -> None:
    """How a case lies in memory, why a function is not there."""
    case = replace(draw_case(contract_named("leaky_relu"), 0, 0), layout="F")
    shape = found(Kind.SHAPE, observation="db", expected=(3,), got=(1, 3)).on(case.id, case.describe())
    reason = say(IMPORT_FAILED, file="a.py", reason="SyntaxError: invalid syntax")
    because = found(Kind.UNAVAILABLE, function="leaky_relu_forward", reason=reason)
    lost = found(Kind.LACKS_VALUES, lacking=2, records=3, because=because)
    failed = replace(result("leaky_relu", "interface", Status.FAILED), findings=(shape, lost))
    back = from_line(to_line(graded("ann", failed)))
    assert back.run is not None
    assert back.run.results[0].findings == failed.findings
    evidence = back.run.results[0].evidence
    assert evidence is not None
    with speaking.speaking("zh"):
        assert "内存布局" in tell(evidence.setting)
        assert tell(back.run.results[0].message) == tell(failed.message)
        assert "cannot be imported" not in tell(failed.message)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_how_a_case_lies_in_memory_is_told_in_each_language(layout: str) -> None:
    """One that lies as NumPy makes it has no word in it; names and numbers stay."""
    said = replace(draw_case(contract_named("leaky_relu"), 0, 0), layout=layout).describe()
    with speaking.speaking("zh"):
        told = tell(said)
    assert ("内存布局" in told) == ("memory layout" in said) == (layout != "C")
    assert told.endswith("；negative_slope=0.3")


def test_a_ledger_keeps_why_a_hand_in_could_not_be_judged() -> None:
    """Its own names in it stay."""
    problem = words_of(
        IntakeProblem(
            say("it holds {name}, which is {what}", name="a.lnk", what=say("a link: hand in the file itself"))
        )
    )
    back = from_line(to_line(graded("ann", problem=problem)))
    assert back.problem == "it holds a.lnk, which is a link: hand in the file itself"
    with speaking.speaking("zh"):
        assert sheet(back, header(), View.STUDENT).problem == "它含有 a.lnk，这是一个链接：请提交文件本身"


def test_a_tape_keeps_what_its_notes_are_made_of() -> None:
    """So that a class that is judged again can be told of them in another language."""
    tape = unpacked(packed(Tape(notes=(say("it is no plain file"), "own words"))))
    with speaking.speaking("zh"):
        assert list(map(tell, tape.notes)) == ["它不是普通文件", "own words"]


def test_json_is_the_same_in_every_language() -> None:
    """It is for programs."""
    run = next(one.run for one in CLASS.submissions if one.run)
    plain = serialized.render(run)
    with speaking.speaking("zh"):
        assert serialized.render(run) == plain


def test_a_failure_is_told_in_columns_of_one_width() -> None:
    """Chinese characters take two places of a terminal."""
    failure = result(
        "relu", "forward", Status.FAILED, findings=(found(Kind.NO_CASES),), hint="look", diagnosis="relu:x"
    )
    with speaking.speaking("zh"):
        title, *lines = failure_text(failure).splitlines()
        assert title == "relu：forward 未通过"
        assert {cell_len(line.split("  ")[1]) for line in lines if line.startswith("  必须成立")} == {8}
        assert cell_len(padded("误差", 10)) == 10


def test_a_page_names_its_language() -> None:
    """For those who have it read out."""
    assert '<html lang="en">' in rendered("html", View.INSTRUCTOR, *CLASS.submissions)
    with speaking.speaking("zh"):
        page = rendered("html", View.INSTRUCTOR, *CLASS.submissions)
    assert '<html lang="zh-CN">' in page
    assert ">学生与检查<" in page


def test_junit_and_the_gradebook_tell_words_and_keep_names() -> None:
    """Columns, properties, statuses and names of tests are for programs."""
    with speaking.speaking("zh"):
        junit, table = (rendered(name, View.INSTRUCTOR, *CLASS.submissions) for name in ("junit", "csv"))
    tree = ElementTree.fromstring(junit)
    assert {each.get("name") for each in tree.iter("property")} >= {"score", "handed in as", "cases", "oracle"}
    assert all(each.get("name", "").isascii() for each in (*tree.iter("property"), *tree.iter("testcase")))
    assert "必须成立" in junit
    assert table.startswith('"submission","score","max_score"')


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_check_stays_hidden_in_every_language(language: str) -> None:
    """What may be told is decided before it is translated."""
    skipped = result(
        "relu", "purity", Status.SKIPPED, findings=(found(Kind.DEPENDS, check="gradient", status="failed"),)
    )
    with speaking.speaking(language):
        told = sheet(graded("ann", skipped), header("gradient"), View.STUDENT)
    assert not told.entries


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LANG": "zh_TW.UTF-8"}, "en"),
        ({"LANG": "zh-Hans"}, "zh"),
        ({"LANG": "fr_FR@euro"}, "en"),
        ({}, "en"),
    ],
)
def test_the_environment_names_a_language(environment: dict[str, str], language: str) -> None:
    """As POSIX orders its variables; English where there is no catalogue."""
    assert of_environment(environment) == language


@pytest.mark.parametrize(
    ("of_class", "asked", "environment", "word"),
    [
        ("zh", (), {}, "检查"),
        ("zh", ("--lang", "en"), {}, "checks"),
        ("en", (), {"LC_ALL": "zh_CN.UTF-8"}, "checks"),
        ("", (), {"LC_ALL": "zh_CN.UTF-8"}, "检查"),
        ("", (), {"LC_ALL": "C.UTF-8"}, "checks"),
    ],
)
def test_the_option_goes_before_the_assignment_and_that_before_the_environment(
    tmp_path: Path, of_class: str, asked: tuple[str, ...], environment: dict[str, str], word: str
) -> None:
    """A class keeps the language of its assignment."""
    out = written(tmp_path / "out", replace(CLASS, header=replace(CLASS.header, lang=of_class)))
    command = [str(out), "--format", "text", "--submission", "ann", *asked]
    told = CliRunner().invoke(report, command, env=environment)
    assert told.exit_code == 0, told.output
    assert word in told.output


def test_findings_are_told_in_the_language_of_the_reader() -> None:
    """From their fields, at the end."""
    told = text([found(Kind.SHAPE, observation="db", expected=(3,), got=(1, 3))])
    with speaking.speaking("zh"):
        assert tell(told) == "db 的形状是 (1, 3)，应为 (3,)"


def said_by_main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    """What the command line prints on its two streams."""
    monkeypatch.setattr("sys.argv", ["gradproof", *words])
    with suppress(SystemExit):
        main()
    told = capsys.readouterr()
    return told.out, told.err


@pytest.mark.parametrize("verb", [*cli.commands, ""])
def test_help_is_whole_in_the_readers_language(
    verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of every verb, wherever --lang stands: no heading, no sentence, no option is left in English."""
    out, _ = said_by_main(monkeypatch, capsys, *filter(None, [verb]), "--help", "--lang", "zh")
    assert out.startswith("用法：")
    assert "选项：" in out
    assert not re.search(r"Usage|Options|Commands|Show this|default|[a-z]{3,} [a-z]{2,} [a-z]{2,} [a-z]{2,}", out)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check"], "gradproof：缺少参数 'PATH'.（见 'gradproof check --help'）"),
        (["chek"], "没有命令 'chek'"),
        (["check", "x.py", "--cases", "0"], "'--cases' 的值无效：0 不在范围 x>=1 内"),
        (["report", "x", "--format", "htm"], "'--format' 的值无效：'htm' 不是"),
        (["check", "x.py", "--onyl", "a"], "没有选项"),
        (["check", "/no/where.py"], "/no/where.py 不存在，应为 .py 文件"),
    ],
)
def test_wrong_usage_is_told_in_the_readers_language(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What click complains of, and what we do; click speaks English again when the command has ended."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _, err = said_by_main(monkeypatch, capsys, *words)
    assert told in err
    assert CliRunner().invoke(cli, ["chek"]).output.startswith("Usage:")


def test_help_is_laid_out_by_the_places_that_characters_take() -> None:
    """No line is wider than asked for, and none begins with a mark that closes."""
    text = "评判一份提交（.py 文件、文件夹或压缩包），见 'gradproof list assignments'。 [默认：没有]" * 3
    for width in range(16, 40):
        made = lines(text, width)
        assert all(cell_len(each) <= width for each in made)
        assert not any(each[0] in CLOSING for each in made)
    assert "".join(lines(text, 20)).replace(" ", "") == text.replace(" ", "")


def test_the_language_of_a_command_line_is_found_wherever_it_stands() -> None:
    """And a file that is called so after -- is none."""
    assert usage.language_of(["check", "--help", "--lang=zh"], {}) == "zh"
    assert usage.language_of(["--lang", "en", "check"], {"LANG": "zh_CN"}) == "en"
    assert usage.language_of(["check", "--", "--lang", "zh"], {}) == "en"


def test_a_complaint_about_an_assignment_is_told_from_its_fields(tmp_path: Path) -> None:
    """Whatever the depth: the file, the key, the name and what may have been meant."""
    path = tmp_path / "a.toml"
    path.write_text('name = "a"\nadvisory = ["puriti"]\n[contracts]\nrelu = {}\n', encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        read(path)
    with speaking.speaking("zh"):
        assert (
            tell(words_of(raised.value)) == f"作业 {path}：advisory：没有名为 'puriti' 的检查；是否想写 'purity'\uff1f"
        )


@pytest.mark.parametrize(
    "told",
    [
        {"say": "{a.__class__}", "with": {"a": "x"}},
        {"say": "{name}: {words:>999999999}", "with": {}},
        {"say": ["x"]},
        1.5,
    ],
)
def test_only_sentences_that_are_known_come_from_a_process(told: object) -> None:
    """Anything else ends the connection, as whatever is malformed does."""
    inventory = {"functions": {}, "parameters": {}, "absent": [], "handed_out": [], "broken": {}, "problems": [told]}
    with pytest.raises(WireError):
        from_outside.inventory(inventory)


def test_what_a_process_says_of_a_file_is_told_in_the_readers_language(tmp_path: Path) -> None:
    """From its fields, through the wire."""
    path = tmp_path / "layers.py"
    path.write_text("import sys\ndef relu_forward(x):\n    return x, x\nsys.exit(3)\n", encoding="utf-8")
    with Sandbox(path) as session, speaking.speaking("zh"):
        (told,) = map(tell, session.inventory.problems)
    assert told.startswith("layers.py：导入时调用了 sys.exit(3)；")


def test_what_helps_old_code_is_told_in_the_readers_language() -> None:
    """A sentence of ours; whatever else a process sends as advice is told as it is."""
    told = [exception(Raised("TypeError", "old", advice=advice)) for advice in (*aged.MESSAGES, "own words")]
    with speaking.speaking("zh"):
        assert [each for each in map(tell, told) if not re.search(HAN, each)] == ["TypeError: old；own words"]


def test_a_complaint_about_a_contract_file_is_told_from_its_fields() -> None:
    """Whatever the depth: the place, the shape and what is expected."""
    with pytest.raises(ContractFileError) as raised:
        contract(x="N ?")(len)
    with speaking.speaking("zh"):
        assert "契约 len：'?' 不是形状的一个轴" in tell(words_of(raised.value))


def test_what_drifted_is_told_in_the_readers_language() -> None:
    """From its fields, with its name as it is."""
    with speaking.speaking("zh"):
        assert tell(Drift("affine/0/0", "moved", 2.5).says) == "affine/0/0 变动了 2.5 个误差尺度"


def test_a_score_is_told_in_the_readers_language() -> None:
    """Its headings and its closing line; names of stems and mutants stay."""
    score = Score("golden", (Outcome(Trial("mutant", "affine.py:f: + -> -", ("affine",))),), {}, ())
    page = Console(file=StringIO(), width=200)
    with speaking.speaking("zh"):
        detection.render(score, page)
    told = page.file.getvalue()
    assert "存活：affine.py:f: + -> -" in told
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", told)
