"""Every format of a graded class, by name."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gradproof.conformance.grading.model import Grading
from gradproof.conformance.reports import gradebook, gradescope, html, junit, prairielearn
from gradproof.conformance.reports.feedback import annotations, classroom50, exercism, prose, sarif
from gradproof.conformance.reports.views import Sheet, View, told

Render = Callable[[Grading, View, str], str]  # the last is when it was judged, ISO 8601 without a zone


@dataclass(frozen=True)
class Format:
    """How it is rendered, and what its files are called."""

    render: Render
    suffix: str
    is_each: bool = False  # a document for each submission; render is given one of them
    is_for_students: bool = False  # unless something else is asked for


def _each(of: Callable[[Sheet, Grading, str], str]) -> Render:
    return lambda grading, view, when: of(told(grading, view)[0], grading, when)


def _json(of: Callable[[Sheet, Grading, str], Any]) -> Render:
    return _each(lambda one, grading, when: as_text(of(one, grading, when)))


def as_text(content: Any) -> str:
    """A document as JSON."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: Mapping[str, Format] = {
    "html": Format(lambda grading, view, _: html.render(grading, view), ".html"),
    "csv": Format(lambda grading, view, _: gradebook.render(grading, view), ".csv"),
    "junit": Format(junit.render, ".xml"),
    "gradescope": Format(_json(lambda one, grading, _: gradescope.of(one, grading.course)), ".json", True, True),
    "prairielearn": Format(_json(lambda one, *_: prairielearn.of(one)), ".json", True, True),
    "classroom50": Format(_json(classroom50.of), ".json", True, True),
    "exercism": Format(_json(lambda one, *_: exercism.of(one)), ".json", True, True),
    "markdown": Format(_each(lambda one, grading, _: prose.markdown(one, grading.header)), ".md", True, True),
    "text": Format(_each(lambda one, grading, _: prose.text(one, grading.header)), ".txt", True, True),
    "github": Format(_each(lambda one, *_: annotations.of(one)), ".txt", True, True),
    "sarif": Format(_json(lambda one, grading, _: sarif.of(one, grading.header)), ".sarif", True, True),
}
