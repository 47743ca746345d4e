"""Tables as spreadsheets save them."""

import csv
import io

SEPARATORS = ",;\t"  # of which spreadsheets of some countries take the second


def table(text: str) -> "csv.DictReader[str]":
    """The rows of a text, by the names in its first line, whichever mark stands between columns."""
    head = text.partition("\n")[0]
    return csv.DictReader(io.StringIO(text), delimiter=max(SEPARATORS, key=head.count))
