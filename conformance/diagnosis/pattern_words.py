"""How values are wrong, in English: what error_patterns says of an observation."""

TRANSPOSED = "{name} is transposed"
TIMES, TIMES_N = (
    "{name} is {times} times what it should be",
    "{name} is {times} times what it should be, N the size of the batch",
)
ALWAYS_TIMES = "{name} is {times} times what it should be, in every case"
REVERSED = {"rows": "{name} has its rows in reverse order", "columns": "{name} has its columns in reverse order"}
REORDERED = {
    "rows": "{name} has the right rows in another order",
    "columns": "{name} has the right columns in another order",
}
ONLY_IN = {
    ("right", "first", "row"): "{name} is right in its first row only",
    ("right", "last", "row"): "{name} is right in its last row only",
    ("right", "first", "column"): "{name} is right in its first column only",
    ("right", "last", "column"): "{name} is right in its last column only",
    ("wrong", "first", "row"): "{name} is wrong in its first row only",
    ("wrong", "last", "row"): "{name} is wrong in its last row only",
    ("wrong", "first", "column"): "{name} is wrong in its first column only",
    ("wrong", "last", "column"): "{name} is wrong in its last column only",
    ("right", "first", "step"): "of {name} only {name}[:, 0] is right",
    ("right", "last", "step"): "of {name} only {name}[:, -1] is right",
    ("wrong", "first", "step"): "of {name} only {name}[:, 0] is wrong",
    ("wrong", "last", "step"): "of {name} only {name}[:, -1] is wrong",
}
ONE_FOR_ALL = {
    ("first", "step"): "{name}[:, t] is for every t what only {name}[:, 0] should be",
    ("last", "step"): "{name}[:, t] is for every t what only {name}[:, -1] should be",
}
AT_ZEROS, AT_TIES = (
    "{name} is wrong only where x is 0",
    "{name} is wrong only where x has the same value twice in a row",
)
CUT_OFF = "{name} is what is right, cut off at -{limit} and {limit}"
UNFILLED, ALL_UNFILLED = (
    "{name} is 0 in all cases, as a hand-out leaves it; it looks unfilled",
    "{names} are 0 in all cases, as a hand-out leaves them; they look unfilled",
)
LACKS, HAS_TOO_MANY = "{name} lacks {term}", "{name} has one time too many {term}"
MESSAGES = (
    *(TRANSPOSED, TIMES, TIMES_N, ALWAYS_TIMES, *REVERSED.values(), *REORDERED.values(), *ONLY_IN.values()),
    *ONE_FOR_ALL.values(),
    *(AT_ZEROS, AT_TIES, CUT_OFF, UNFILLED, ALL_UNFILLED, LACKS, HAS_TOO_MANY),
)
