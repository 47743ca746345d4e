"""The page of a class in a browser, where there is one: its script runs, and its policy lets it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from graded_class import CLASS

from gradproof.conformance.reports import html

pytestmark = [pytest.mark.once, pytest.mark.release]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_script_runs_under_its_policy(tmp_path: Path) -> None:
    """The tools that it needs are shown by it alone; nothing is refused, and nothing is loaded."""
    (tmp_path / "page.html").write_text(html.render(CLASS), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom"]
    seen = subprocess.run(
        [CHROMIUM, *options, (tmp_path / "page.html").as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    assert '<div class="tools">' in seen.stdout
    assert "Content Security Policy" not in seen.stderr
    assert "CONSOLE" not in seen.stderr
