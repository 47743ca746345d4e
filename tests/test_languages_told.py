"""What a command line, a report and a complaint say, in the language of the reader."""

import re
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from graded_class import CLASS, graded, header, rendered, result, written
from rich.cells import cell_len
from rich.console import Console
from test_languages import HAN

from gradproof.conformance.checks import serialized
from gradproof.conformance.checks.messages import text
from gradproof.conformance.checks.results import Status
from gradproof.conformance.cli.main import cli, main
from gradproof.conformance.cli.report import report
from gradproof.conformance.cli.spoken import usage
from gradproof.conformance.cli.spoken.lines import CLOSING, lines
from gradproof.conformance.engine.assignment import read
from gradproof.conformance.errors import ContractFileError, UsageError, words_of
from gradproof.conformance.harness.wire import WireError
from gradproof.conformance.oracle.golden import Drift
from gradproof.conformance.power.judging import Outcome
from gradproof.conformance.power.score import Score
from gradproof.conformance.power.submissions import Trial
from gradproof.conformance.reports.languages import speaking
from gradproof.conformance.reports.languages.speaking import LANGUAGES, of_environment, tell
from gradproof.conformance.reports.overview import detection
from gradproof.conformance.reports.text import failure_text
from gradproof.conformance.reports.views import View, sheet
from gradproof.conformance.reports.wording import padded
from gradproof.conformance.sandbox import from_outside
from gradproof.conformance.sandbox.process import Sandbox
from gradproof.conformance.spec.english import exception
from gradproof.conformance.spec.findings import Kind, Raised, found
from gradproof.conformance.spec.open_row.row import contract
from gradproof.conformance.spec.words import aged


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


def test_choices_are_told_in_the_language(tmp_path: Path) -> None:
    """No word of another language stands between them."""
    file = tmp_path / "a.toml"
    file.write_text('name = "x"\nlang = "fr"\n[contracts]\nrelu = { forward = 1 }\n', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read(file)
    with speaking.speaking("zh"):
        assert tell(words_of(caught.value)) == f"作业 {file}：lang：应为 '', 'en' 或 'zh'，而不是 'fr'"


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
        (["check"], "gradproof：缺少参数 'PATH'（见 'gradproof check --help'）"),
        (["chek"], "没有命令 'chek'"),
        (["check", "x.py", "--cases", "0"], "'--cases' 的值无效：0 不在范围 x>=1 内"),
        (["report", "x", "--format", "htm"], "'--format' 的值无效：'htm' 不是"),
        (["check", "x.py", "--onyl", "a"], "没有选项"),
        (["regrade", "x"], "缺少选项 '--assignment'（见"),
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
