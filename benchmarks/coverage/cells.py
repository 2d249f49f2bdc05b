"""One measured cell beside the figure it must meet, and the tables of cells as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

EXACT = 0.002  # what two enumerations of one design may differ by
ROUNDED = 0.0005  # the figures have three decimals
EDGE = 1e-9  # a limit this close to the truth covers it


@dataclass(frozen=True)
class Cell:
    """What was measured in one row and column of a table, and what it is held against.

    `figure` None: there is none to meet. `allowed` is the largest difference; None makes the figure a floor. `known`
    says why the figure is not met, where other evidence shows that it is the figure that is off.
    """

    row: str
    column: str
    here: float
    figure: float | None = None
    allowed: float | None = None
    known: str = ""

    @property
    def passed(self) -> bool:
        if self.figure is None:
            return True
        if self.allowed is None:
            return self.here >= self.figure
        return abs(self.here - self.figure) <= self.allowed + 1e-12

    @property
    def verdict(self) -> str:
        if self.figure is None:
            return ""
        return "pass" if self.passed else "known" if self.known else "FAIL"

    def short(self) -> str:
        """As in the table of the documentation: measured (figure ± allowed), bold where it is not met."""
        text = number(self.here)
        if self.figure is not None:
            text += f" ({number(self.figure) if self.allowed == EXACT else self.bound()})"
        return text if self.passed else f"**{text} {self.verdict}**"

    def bound(self) -> str:
        if self.figure is None:
            return ""
        return f"≥ {number(self.figure)}" if self.allowed is None else f"{number(self.figure)} ± {number(self.allowed)}"


@dataclass(frozen=True)
class Table:
    """Cells of one design: its section, what it shows, and how it was run."""

    section: str
    title: str
    about: str
    cells: Sequence[Cell]

    def judged(self, known: Mapping[tuple[str, str, str], str]) -> Table:
        """The same table with the reasons of known differences, by section, row and column."""
        cells = [replace(cell, known=known.get((self.section, cell.row, cell.column), "")) for cell in self.cells]
        return replace(self, cells=cells)

    def markdown(self) -> str:
        rows = list(dict.fromkeys(cell.row for cell in self.cells))
        columns = list(dict.fromkeys(cell.column for cell in self.cells))
        found = {(cell.row, cell.column): cell.short() for cell in self.cells}
        lines = [f"| {' | '.join(['Row', *columns])} |", f"|{'---|' * (len(columns) + 1)}"]
        lines += [f"| {' | '.join([row, *(found.get((row, column), '') for column in columns)])} |" for row in rows]
        return "\n".join([f"### {self.title}", "", self.about, "", *lines, ""])

    def report(self) -> Iterable[str]:
        """One line per cell, as printed."""
        yield f"{self.section}  {self.title}"
        for cell in self.cells:
            yield f"  {cell.row:<60}{cell.column:<24}{number(cell.here):>7}  {cell.bound():<14}{cell.verdict}"


def number(value: float) -> str:
    """Three decimals, no zero before the point."""
    if np.isnan(value):
        return "none"
    text = f"{value:.3f}"
    return text[1:] if text.startswith("0.") else text


def covers(low: ArrayLike, high: ArrayLike, truth: ArrayLike) -> np.ndarray:
    """Whether each interval holds the truth; one that does not exist holds nothing."""
    return (np.asarray(low) <= np.asarray(truth) + EDGE) & (np.asarray(high) >= np.asarray(truth) - EDGE)


def exact(row: str, column: str, here: float, figure: float | None = None) -> Cell:
    return Cell(row, column, float(here), figure, EXACT)


def simulated(row: str, column: str, here: float, runs: int, figure: float | None = None, of: int = 0) -> Cell:
    """A share of `runs` samples beside a figure from `of` samples: three standard errors of their difference."""
    if figure is None:
        return Cell(row, column, float(here))
    p = (here * runs + figure * of) / (runs + of)
    return Cell(row, column, float(here), figure, 3 * np.sqrt(p * (1 - p) * (1 / runs + 1 / of)) + ROUNDED)


def averaged(row: str, column: str, values: ArrayLike, figure: float | None = None, of: int = 0) -> Cell:
    """The mean of one number per run (a width, a share within a run) beside one from `of` runs; three s.e. of both."""
    numbers = np.asarray(values, dtype=float)
    spread = numbers.std(ddof=1)
    if figure is None:
        return Cell(row, column, float(numbers.mean()))
    return Cell(row, column, float(numbers.mean()), figure, 3 * spread * np.sqrt(1 / len(numbers) + 1 / of) + ROUNDED)


def mean_of_cells(row: str, column: str, shares: ArrayLike, runs: int, figure: float, of: int) -> Cell:
    """The mean of the coverages of several cells, each from `runs` samples, beside one from `of` each."""
    p = np.asarray(shares, dtype=float)
    error = np.sqrt((p * (1 - p)).sum() * (1 / runs + 1 / of)) / p.size
    return Cell(row, column, float(p.mean()), figure, 3 * error + ROUNDED)


def ratio_of_means(row: str, column: str, above: np.ndarray, below: np.ndarray, figure: float, of: int) -> Cell:
    """A ratio of two means over the same runs; three s.e. of both simulations, and the figure's own rounding."""
    here = above.mean() / below.mean()
    error = (above - here * below).std(ddof=1) / below.mean() * np.sqrt(1 / len(above) + 1 / of)
    rounded = 0.5 if figure == round(figure) else 0.005 if figure < 1.26 else 0.05
    return Cell(row, column, float(here), figure, 3 * error + rounded)
