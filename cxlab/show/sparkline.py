"""The small trend on a card: its own scale, the band, the last point; the numbers stand beside it on the card."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cxlab.estimate import Estimate
from cxlab.show.theme import WHITE, Theme

WIDTH, HEIGHT, EDGE = 132.0, 44.0, 4.0


def sparkline(history: Sequence[Estimate], theme: Theme, title: str, hollow: bool = False) -> str:
    """An inline SVG of the periods in order; `title` is its text for readers who cannot see it. A gap is no data."""
    items = list(history)
    known = [x for e in items for x in (e.estimate, e.low, e.high) if x is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 1, high + 1
    step = (WIDTH - 2 * EDGE) / max(1, len(items) - 1)

    def place(at: int, x: float) -> tuple[str, str]:
        y = HEIGHT - EDGE - (x - low) / (high - low) * (HEIGHT - 2 * EDGE)
        return f"{EDGE + at * step:.1f}", f"{y:.1f}"

    drawn = []
    for run in _runs(items):
        if all(items[at].low is not None and items[at].high is not None for at in run) and len(run) > 1:
            edge = [place(at, items[at].high or 0.0) for at in run]
            edge += [place(at, items[at].low or 0.0) for at in reversed(run)]
            drawn.append(f'<path d="M{" L".join(" ".join(xy) for xy in edge)} Z" fill="{theme.pale}"/>')
    for run in _runs(items):
        points = " ".join(",".join(place(at, items[at].estimate or 0.0)) for at in run)
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{theme.series}" stroke-width="1.4" '
            'stroke-linejoin="round"/>'
        )
    if items[-1].estimate is not None:
        x, y = place(len(items) - 1, items[-1].estimate)
        fill = WHITE if hollow else theme.series
        drawn.append(f'<circle cx="{x}" cy="{y}" r="2.8" fill="{fill}" stroke="{theme.series}" stroke-width="1.2"/>')
    return (
        f'<svg class="spark" role="img" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        f'width="{WIDTH:.0f}" height="{HEIGHT:.0f}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )


def _runs(items: Sequence[Estimate]) -> list[list[int]]:
    """Stretches of neighbouring periods that have a number."""
    runs: list[list[int]] = []
    for at, item in enumerate(items):
        if item.estimate is None:
            continue
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs
