"""What is drawn, as SVG that stands in the page itself: failing cases, the points of a class, attempts over time."""

from collections.abc import Iterable, Sequence
from math import ceil

from markupsafe import Markup, escape

from gradproof.conformance.checks.results import Picture, Rows
from gradproof.conformance.reports.languages.speaking import t
from gradproof.conformance.reports.wording import ABOUT, number

CELL, GAP = 14, 24
BARS, HEIGHT, WIDTH = 20, 90, 480
ZERO = 1e-300
BLUE, RED = (31, 119, 180), (200, 48, 48)


def case(picture: Picture) -> Markup:
    """Expected, got and their difference side by side, from blue over white to red; the first two in one scale.

    Each cell has its place and value as a title.
    """
    off = tuple(
        tuple(None if a is None or b is None else b - a for a, b in zip(one, two, strict=True))
        for one, two in zip(picture.expected, picture.got, strict=True)
    )
    scale = max(
        (abs(v) for rows in (picture.expected, picture.got) for row in rows for v in row if v is not None), default=0
    )
    span = max((abs(v) for row in off for v in row if v is not None), default=0)
    wide = max(len(picture.expected[0]) * CELL, 70)
    panels = ((t("expected"), picture.expected, scale), (t("got"), picture.got, scale), (t("difference"), off, span))
    body = Markup("").join(
        _panel(title, rows, most, index * (wide + GAP), picture) for index, (title, rows, most) in enumerate(panels)
    )
    height = len(picture.expected) * CELL + 20
    words = t("{name}: expected, got and the difference, as colours", name=picture.observation)
    return _svg(3 * wide + 2 * GAP, height, words, body)


def _panel(title: str, rows: Rows, most: float, left: int, picture: Picture) -> Markup:
    cells = [Markup('<text x="{}" y="11" class="l">{}</text>').format(left, title)]
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            at = f"{picture.observation}[{picture.corner[0] + i}, {picture.corner[1] + j}]"
            words = f"{at}: {t('not finite') if value is None else f'{value:.4g}'}"
            box = Markup('<rect x="{}" y="{}" width="{}" height="{}" fill="{}"><title>{}</title></rect>')
            cells.append(box.format(left + j * CELL, 18 + i * CELL, CELL - 1, CELL - 1, _colour(value, most), words))
    return Markup("").join(cells)


def _colour(value: float | None, most: float) -> str:
    if value is None:
        return "#000"
    part = min(abs(value) / max(most, ZERO), 1.0)
    end = RED if value > 0 else BLUE
    return "#" + "".join(f"{round(255 + (each - 255) * part):02x}" for each in end)


def points(scores: Sequence[float], most: float) -> Markup:
    """How many have how many points: a bar for each twentieth of what there is to have."""
    if not scores or not most:
        return Markup("")
    counts = [0] * BARS
    for score in scores:
        counts[min(max(ceil(score / most * BARS) - 1, 0), BARS - 1)] += 1
    step, top = WIDTH / BARS, max(counts)
    bars = []
    for index, count in enumerate(counts):
        least, top_of = number(most * index / BARS), number(most * (index + 1) / BARS)
        words = t("{count} with {least} to {most} points", count=count, least=least, most=top_of)
        tall = HEIGHT * count / top
        box = Markup('<rect x="{}" y="{}" width="{}" height="{}" class="b"><title>{}</title></rect>')
        bars.append(
            box.format(round(index * step, 1), round(HEIGHT - tall + 14, 1), round(step - 2, 1), round(tall, 1), words)
        )
        if count:
            label = Markup('<text x="{}" y="{}" class="l m">{}</text>')
            bars.append(label.format(round(index * step + step / 2 - 1, 1), round(HEIGHT - tall + 11, 1), count))
    for place, value in ((0, 0.0), (WIDTH / 2, most / 2), (WIDTH, most)):
        anchor = "start" if not place else "end" if place == WIDTH else "middle"
        axis = Markup('<text x="{}" y="{}" class="l" text-anchor="{}">{}</text>')
        bars.append(axis.format(place, HEIGHT + 30, anchor, number(value)))
    return _svg(WIDTH, HEIGHT + 34, t("points of {count} submissions", count=len(scores)), Markup("").join(bars))


def attempts(scores: Sequence[tuple[str, float]], most: float) -> Markup:
    """The points of one student's attempts, in the order in which they came."""
    if len(scores) < 2 or not most:
        return Markup("")
    step = WIDTH / 2 / (len(scores) - 1)
    dots = [(10 + index * step, 10 + HEIGHT / 2 * (1 - score / most)) for index, (_, score) in enumerate(scores)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    body = [Markup('<polyline points="{}" class="p"/>').format(line)]
    for (x, y), (name, score) in zip(dots, scores, strict=True):
        dot = Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" class="b"><title>{}</title></circle>')
        body.append(dot.format(x, y, t(ABOUT, name=name, words=number(score))))
    words = t("points of the attempts: {points}", points=", ".join(number(score) for _, score in scores))
    return _svg(round(WIDTH / 2 + 20), round(HEIGHT / 2 + 20), words, Markup("").join(body))


def _svg(width: float, height: float, words: str, body: Markup | Iterable[Markup]) -> Markup:
    head = Markup('<svg role="img" viewBox="0 0 {} {}" width="{}" height="{}" aria-label="{}">')
    return (
        head.format(width, height, width, height, escape(words))
        + Markup("").join([body] if isinstance(body, Markup) else body)
        + Markup("</svg>")
    )
