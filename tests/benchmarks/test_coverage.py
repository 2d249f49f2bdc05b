"""The part of the coverage benchmark that is quick and not tested room by room, and the benchmark's own verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.coverage import __main__ as benchmark
from benchmarks.coverage import durations, pairs, segments, single, surveys
from benchmarks.coverage.cells import Cell, Table, averaged, covers, exact, ratio_of_means, simulated
from benchmarks.coverage.designs import QUICK, Profile
from benchmarks.coverage.page import KNOWN, page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"
Part = Callable[[Profile], Iterator[Table]]


@pytest.mark.parametrize(
    ("part", "times"),
    [
        (pairs.differences, 0.25),
        (pairs.paired, 0.5),
        (surveys.clusters, 0.5),
        (surveys.raking, 0.2),
        (durations.time_means, 1),
        (durations.time_quantiles, 0.1),
        (segments.splits, 0.5),
        (segments.charts, 0.3),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_share_of_the_samples_meets_the_figures(part: Part, times: float) -> None:
    tables = [table.judged(KNOWN) for table in part(Profile("some", times))]
    assert sum(cell.figure is not None for table in tables for cell in table.cells) >= 6
    missed = [f"{table.title}: {cell.row}, {cell.column}: {cell.short()}" for table in tables for cell in table.cells
              if cell.verdict == "FAIL"]  # fmt: skip
    assert not missed


def test_the_page_is_that_of_this_code() -> None:
    """Enumerated sections have no sampling error, so their tables stand in the page to the letter."""
    written = PAGE.read_text(encoding="utf-8")
    stale = [table.title for part in (single.shares, single.other_levels) for table in part(QUICK)
             if table.judged(KNOWN).markdown() not in written]  # fmt: skip
    assert not stale, "run: make coverage"
    assert all(reason in written for reason in KNOWN.values()), "a known difference that is none any more"


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        (Cell("score", "n = 5", 0.9299, 0.932, 0.002), "FAIL"),
        (Cell("score", "n = 5", 0.9301, 0.932, 0.002), "pass"),
        (Cell("score", "n = 5", 0.9341, 0.932, 0.002), "FAIL"),
        (Cell("score", "n = 5", 0.914, 0.915), "FAIL"),
        (Cell("score", "n = 5", 0.999, 0.915), "pass"),
        (Cell("score", "n = 5", float("nan"), 0.932, 0.002), "FAIL"),
        (Cell("score", "n = 5", 0.5, 0.932, 0.002, known="misprint"), "known"),
        (Cell("score", "n = 5", 0.5), ""),
    ],
)
def test_verdicts(cell: Cell, verdict: str) -> None:
    assert cell.verdict == verdict
    assert (f"{verdict}**" in cell.short()) == (verdict in ("FAIL", "known"))


def test_allowed_differences_are_three_errors_of_both_simulations() -> None:
    assert exact("t", "", 0.9, 0.9).allowed == 0.002
    one = simulated("t", "", 0.95, 1000, 0.95, 4000)
    assert one.allowed == pytest.approx(3 * np.sqrt(0.95 * 0.05 * (1 / 1000 + 1 / 4000)) + 0.0005)
    assert simulated("t", "", 1.0, 1000, 1.0, 4000).allowed == 0.0005
    widths = np.random.default_rng(1).normal(2.0, 0.5, 1000)
    assert averaged("t", "", widths, 2.0, 1000).allowed == pytest.approx(
        3 * widths.std(ddof=1) * np.sqrt(2 / 1000) + 5e-4
    )
    assert ratio_of_means("t", "", 2 * widths, widths, 2.0, 1000).allowed == pytest.approx(0.5), (
        "the figure is rounded to 1"
    )


def test_an_interval_that_does_not_exist_covers_nothing() -> None:
    assert covers([0.1, np.nan, 0.3, 0.2], [0.3, 0.4, 0.4, np.nan], 0.3 - 1e-10).tolist() == [True, False, True, False]


def test_a_wrong_interval_fails_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ninety per cent limits in the place of 95 %: exit code 1, and no page from one section alone."""
    monkeypatch.setattr("sys.argv", ["coverage", "--section", "4.3", "--page", str(tmp_path / "page.md")])
    assert benchmark.main() == 0
    usual = single.ndtri
    monkeypatch.setattr(single, "ndtri", lambda tail: usual(0.95) if tail == 0.975 else usual(tail))
    assert benchmark.main() == 1
    assert not list(tmp_path.iterdir())


def test_the_page_names_what_fails_and_what_is_known() -> None:
    cells = [Cell("score", "n = 5", 0.9, 0.95, 0.01), Cell("t", "n = 5", 0.5, 0.95, 0.01, known="A misprint."),
             Cell("t", "n = 9", 1.25)]  # fmt: skip
    text = page([Table("4.3", "Shares", "Made up.", cells)], "quick", 1)
    assert "- 4.3, Shares: score, n = 5: .900 (.950 ± .010) FAIL." in text
    assert "- 4.3, Shares: t, n = 5: .500 (.950 ± .010) known. A misprint." in text
    assert "| t | **.500 (.950 ± .010) known** | 1.250 |" in text
    assert "3 cells, 2 with a figure to meet: 0 meet it, 1 do not and it is known why, 1 fail." in text
