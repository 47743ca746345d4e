"""The console that reports are printed on: as wide as the terminal, of a fixed width where there is none, harmless."""

from typing import IO

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment

from gradproof.conformance.reports.wording import spelled_out

WIDTH_WITHOUT_TERMINAL = 110


def console(file: IO[str] | None = None) -> Console:
    """A console without automatic highlighting; colours only on a terminal, and no other command to it."""
    made = Console(file=file, highlight=False)
    if not made.is_terminal:
        made = Console(file=file, highlight=False, width=WIDTH_WITHOUT_TERMINAL)
    made.push_render_hook(_SpellingOut())
    return made


class _SpellingOut(RenderHook):
    """Text may hold names that are anything: what would command the terminal is spelled out."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Called by the console with all that is printed."""
        return [_SpelledOut(each) for each in renderables]


class _SpelledOut:
    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._renderable, options):
            yield Segment(text if control else spelled_out(text), style, control)
