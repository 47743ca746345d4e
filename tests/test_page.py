"""The page of a class in a browser, where there is one: its script runs, all can read it, on paper and on a phone."""

import html as markup
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from graded_class import CLASS, graded

from gradproof.conformance.reports import html
from gradproof.conformance.reports.languages.speaking import LANGUAGES, speaking
from gradproof.conformance.reports.views import View

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = find_spec("axe_core_python")
needs_axe = pytest.mark.skipif(AXE is None, reason="axe-core-python is not installed")
pytestmark = [
    pytest.mark.release,
    pytest.mark.skipif(
        CHROMIUM is None and "GRADPROOF_NEEDS_BROWSER" not in os.environ, reason="no Chromium is installed"
    ),
]

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
DARK, LIGHT = "preferredColorScheme=0", "preferredColorScheme=1"
ASKED = """
axe.run().then((found) => {
  const told = document.createElement("pre");
  told.id = "told";
  const complaints = found.violations.map((each) => [each.id, each.nodes.map((node) => node.html)]);
  told.textContent = JSON.stringify({dark: matchMedia("(prefers-color-scheme: dark)").matches, complaints});
  document.body.replaceChildren(told);
});
"""
ON_A_PHONE = """<!doctype html><title>phone</title><iframe id="phone" width="360" height="740" srcdoc="{page}"></iframe>
<script>
const phone = document.getElementById("phone");
phone.addEventListener("load", () => {{
  const inside = phone.contentDocument;
  const told = document.createElement("pre");
  told.id = "told";
  const name = inside.querySelector("td.name").getBoundingClientRect();
  told.textContent = JSON.stringify({{wide: inside.documentElement.scrollWidth, name: name.width}});
  document.body.replaceChildren(told);
}});
</script>"""


@cache
def page(view: View = View.INSTRUCTOR, language: str = "en") -> str:
    """The page of a class."""
    with speaking(language):
        return html.render(CLASS, view)


def test_a_release_has_a_browser() -> None:
    """There these tests are not left out: the variable is set that asks for one."""
    assert CHROMIUM is not None, "install Chromium: Debian's package chromium, or google-chrome"


def browsed(folder: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """What Chromium makes of a page."""
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    always = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", f"--user-data-dir={folder}/own")
    return subprocess.run(
        [CHROMIUM, *always, *options, file.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )


def told(folder: Path, text: str, *options: str) -> dict:
    """What a page's own script found."""
    dom = browsed(folder, text, "--dump-dom", "--virtual-time-budget=60000", *options).stdout
    found = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    return json.loads(markup.unescape(found[1]))


def test_the_script_runs_under_its_policy(tmp_path: Path) -> None:
    """The tools that it needs are shown by it alone; nothing is refused, and nothing is loaded."""
    seen = browsed(tmp_path, page(), "--dump-dom")
    assert '<div class="tools">' in seen.stdout
    assert "Content Security Policy" not in seen.stderr
    assert "CONSOLE" not in seen.stderr


@needs_axe
@pytest.mark.parametrize("scheme", [DARK, LIGHT])
@pytest.mark.parametrize(
    ("view", "language"), [(View.INSTRUCTOR, "en"), (View.INSTRUCTOR, "zh"), (View.STUDENT, "en")], ids=str
)
def test_axe_has_nothing_to_say(tmp_path: Path, view: View, language: str, scheme: str) -> None:
    """By axe-core, on a dark and on a light screen. Its script is put in, so the policy that keeps it out is not."""
    axe = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    text = POLICY.sub("", page(view, language)) + f"<script>{axe}</script><script>{ASKED}</script>"
    found = told(tmp_path, text, f"--blink-settings={scheme}")
    assert found == {"dark": scheme == DARK, "complaints": []}


@needs_axe
def test_axe_would_say_it(tmp_path: Path) -> None:
    """Planted: a grey that is hard to read, an input without a label, a page without a language."""
    axe = (Path(AXE.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    text = POLICY.sub("", page()).replace("--quiet: #5c5c5c", "--quiet: #bbb").replace('<html lang="en">', "<html>")
    text = text.replace("<main>", '<main><input type="text">')
    found = told(tmp_path, f"{text}<script>{axe}</script><script>{ASKED}</script>", f"--blink-settings={LIGHT}")
    assert {"color-contrast", "html-has-lang", "label"} <= {name for name, _ in found["complaints"]}


def test_each_student_has_a_sheet_of_paper(tmp_path: Path) -> None:
    """As one hands them out; the class itself comes first."""
    browsed(tmp_path, page(), f"--print-to-pdf={tmp_path}/page.pdf", "--no-pdf-header-footer")
    printed = (tmp_path / "page.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > len(CLASS.submissions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_shows_it_without_scrolling_sideways(tmp_path: Path, language: str) -> None:
    """Wide tables scroll by themselves, and a name has room for more than three letters."""
    text = POLICY.sub("", page(language=language))
    found = told(tmp_path, ON_A_PHONE.format(page=markup.escape(text)))
    assert found["wide"] <= 360
    assert found["name"] >= 100


def test_a_long_word_of_a_message_makes_no_table_wider(tmp_path: Path) -> None:
    """On a desk, where a column has room: a message is read without scrolling."""
    one = graded("ann", problem="it says " + "a" * 1500)
    text = POLICY.sub("", html.render(replace(CLASS, submissions=(one, *CLASS.submissions[1:])), View.INSTRUCTOR))
    asked = """<script>
      const told = document.createElement("pre");
      told.id = "told";
      const tables = [...document.querySelectorAll(".wide")];
      told.textContent = JSON.stringify(tables.map((each) => each.scrollWidth - each.clientWidth));
      document.body.replaceChildren(told);
    </script>"""
    assert set(told(tmp_path, text + asked, "--window-size=1200,900")) == {0}


def test_a_name_of_any_length_leaves_the_phone_as_it_is(tmp_path: Path) -> None:
    """Wherever it stands: in tables, in sentences, over a student's part. One that reads from the right is a whole."""
    names = {"ann": "A" * 150, "bob": "שרה 2"}
    others = tuple(replace(one, submission=names.get(one.submission, one.submission)) for one in CLASS.submissions)
    text = POLICY.sub("", html.render(replace(CLASS, submissions=others), View.INSTRUCTOR))
    assert told(tmp_path, ON_A_PHONE.format(page=markup.escape(text)))["wide"] <= 360
