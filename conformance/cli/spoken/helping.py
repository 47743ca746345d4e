"""``--help`` in the reader's language: a copy of the command whose words are told, laid out by their width."""

from collections.abc import Iterable, Iterator
from copy import copy
from inspect import cleandoc

import click

from gradproof.conformance.cli.spoken.lines import lines
from gradproof.conformance.reports.languages.speaking import ENGLISH, LANGUAGES, spoken, t, tell
from gradproof.conformance.spec.words.said import Said

OPTIONS, COMMAND = "[OPTIONS]", "COMMAND [ARGS]..."
SENTENCE_END = "。"


class Laid(click.HelpFormatter):
    """Help in lines of one width, whatever places its characters take."""

    def write_text(self, text: str) -> None:
        """Paragraph by paragraph."""
        indent = " " * self.current_indent
        told = ("\n".join(f"{indent}{each}" for each in self._lines(part, 0)) for part in text.split("\n\n"))
        self.write("\n\n".join(told) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms and what they mean, in two columns."""
        table = list(rows)
        first = min(max(len(term) for term, _ in table), col_max) + col_spacing
        indent, under = " " * self.current_indent, " " * (self.current_indent + first)
        for term, words in table:
            beside, *rest = self._lines(words, first)
            head = f"{term:<{first}}{beside}" if len(term) <= first - col_spacing else f"{term}\n{under}{beside}"
            self.write(f"{indent}{head}".rstrip() + "\n")
            self.write("".join(f"{under}{each}\n" for each in rest))

    def write_heading(self, heading: str) -> None:
        """A heading, and the colon of the language."""
        self.write(f"{'':>{self.current_indent}}{t('{heading}:', heading=heading)}\n")

    def _lines(self, text: str, taken: int) -> list[str]:
        return lines(" ".join(text.split()), max(self.width - self.current_indent - taken, 20))


class Context(click.Context):
    """A context whose help is laid out so."""

    formatter_class = Laid


def told(command: click.Command) -> click.Command:
    """The command as it is read in the language that is spoken; in English itself."""
    if spoken() == LANGUAGES[ENGLISH]:
        return command
    made = copy(command)
    vars(made)["_help_option"] = None  # click keeps it, in the language that was spoken then
    words = [tell(Said(each)) for each in _paragraphs(command)]
    made.help = "\n\n".join(words) or None
    made.short_help = words[0].partition(SENTENCE_END)[0] + SENTENCE_END if words else None
    made.context_class = Context
    made.options_metavar = tell(Said(OPTIONS))
    made.params = [_told(each) for each in command.params]
    if isinstance(made, click.Group) and isinstance(command, click.Group):
        made.subcommand_metavar = tell(Said(COMMAND))
        made.commands = {name: told(each) for name, each in command.commands.items()}
    return made


def messages(command: click.Command) -> Iterator[str]:
    """What a command says of itself, its options and the commands below it: what a catalogue has to have."""
    yield from (OPTIONS, COMMAND, *_paragraphs(command))
    yield from (each.help for each in command.params if isinstance(each, click.Option) and each.help)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from messages(each)


def _paragraphs(command: click.Command) -> list[str]:
    return [" ".join(part.split()) for part in cleandoc(command.help or "").split("\n\n") if part]


def _told(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    made = copy(parameter)
    made.help = tell(Said(parameter.help))
    return made
