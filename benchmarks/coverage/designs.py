"""The designs: laws of answers and how samples are drawn from them. Tests and benchmark share this one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammaln, ndtr, ndtri

Z = 1.959963984540054
NPS = np.array([-1.0, 0.0, 1.0])
TYPICAL, PROMOTER, VERY = [0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.01, 0.04, 0.95]
BALANCED, NEARLY, DETRACTOR = [1 / 3, 1 / 3, 1 / 3], [0.002, 0.008, 0.99], [0.6, 0.25, 0.15]
VERY_DETRACTOR, PASSIVES, POLARISED = [0.9, 0.08, 0.02], [0.05, 0.9, 0.05], [0.5, 0.02, 0.48]
SHAPES = np.array([BALANCED, TYPICAL, PROMOTER, VERY, NEARLY, DETRACTOR, VERY_DETRACTOR, PASSIVES, POLARISED])
PAIRS = np.array(
    [
        [TYPICAL, TYPICAL],
        [TYPICAL, PROMOTER],
        [PROMOTER, VERY],
        [VERY, VERY],
        [NEARLY, VERY],
        [NEARLY, NEARLY],
        [BALANCED, DETRACTOR],
        [PASSIVES, PASSIVES],
        [POLARISED, PASSIVES],
        [VERY, DETRACTOR],
    ]
)
EVEN = np.arange(1, 100) / 100
SHARES = np.concatenate([EVEN, [0.002, 0.005, 0.995, 0.998]])
SHARE_PAIRS = ((0.5, 0.5), (0.5, 0.3), (0.9, 0.9), (0.95, 0.8), (0.98, 0.98), (0.05, 0.05), (0.1, 0.02), (0.7, 0.3),
               (0.99, 0.5))  # fmt: skip
RARE = 1e-8  # of many answers, tables less likely than this under every shape are left out


@dataclass(frozen=True)
class Profile:
    """How much is simulated: the sample counts of the published figures times `times`."""

    name: str
    times: float

    def runs(self, published: int) -> int:
        return round(published * self.times)


QUICK, FULL = Profile("quick", 1), Profile("full", 10)


@cache
def trinomial(n: int) -> np.ndarray:
    """All tables of n answers on three points, (T, 3)."""
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    a, b = a[a + b <= n], b[a + b <= n]
    return np.stack([a, b, n - a - b], axis=1)


def probabilities(tables: np.ndarray, laws: np.ndarray) -> np.ndarray:
    """Multinomial probability of each table (rows) under each law (columns)."""
    n = tables.sum(axis=1)
    return np.exp((gammaln(n + 1) - gammaln(tables + 1).sum(axis=1))[:, None] + tables @ np.log(laws).T)


@cache
def likely(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Tables of n answers and their probabilities under the nine shapes; from 300 answers on without the rare ones."""
    tables = trinomial(n)
    chance = probabilities(tables, SHAPES)
    kept = (chance >= RARE).any(axis=1) if n >= 300 else np.ones(len(tables), dtype=bool)
    return tables[kept], chance[kept]


def random_shapes() -> np.ndarray:
    """200 laws on three points, even over all laws."""
    return np.random.default_rng(20).dirichlet(np.ones(3), 200)


def scale_shapes(size: int) -> np.ndarray:
    """Seven laws of answers on 1..size, (7, size)."""
    i = np.arange(1, size + 1)
    inner = np.full(size, 1 / size)
    very, extreme, j, polar = np.full((4, size), [[0.1 / (size - 1)], [0.0], [0.12 / (size - 2)], [0.01]])
    very[-1] = 0.9
    extreme[[0, -1]] = 0.02, 0.98
    j[[0, -1]] = 0.08, 0.8
    polar[[0, -1]] += 0.5
    bell = np.exp(-(((i - (size + 1) / 2) / (size / 5)) ** 2) / 2)
    shapes = np.stack([inner, bell, np.exp(5.5 * i / size), very, extreme, j, polar])
    return shapes / shapes.sum(axis=1, keepdims=True)


def paired_law(shape: list[float], same: float) -> np.ndarray:
    """Law of the change -2..2 of a customer who repeats an answer with probability `same`, else answers a bit lower."""
    first = np.array(shape)
    fresh = np.clip(first + np.array([0.03, 0.0, -0.03]), 0.001, None)
    table = same * np.diag(first) + (1 - same) * np.outer(first, fresh)
    law = np.array([np.trace(table, offset=gap) for gap in range(-2, 3)])
    return law / law.sum()


def clustered(rng: np.random.Generator, runs: int, groups: int, rho: float, shape: list[float]) -> np.ndarray:
    """Answers per run, customer and point, (runs, groups, 3): latent normal, 1, 2, ... answers, three on average."""
    size = rng.geometric(1 / 3, runs * groups)
    who = np.repeat(np.arange(size.size), size)
    latent = np.sqrt(rho) * rng.standard_normal(size.size)[who] + np.sqrt(1 - rho) * rng.standard_normal(who.size)
    point = np.searchsorted(ndtri(np.cumsum(shape)[:2]), latent)
    return np.bincount(who * 3 + point, minlength=size.size * 3).reshape(runs, groups, 3)


PEOPLE = np.outer([0.5, 0.3, 0.2], [0.4, 0.35, 0.25])
RESPONSE = {"strong": np.outer([0.3, 1, 2], [1.5, 1, 0.4]), "mild": np.outer([0.7, 1, 1.3], [1.2, 1, 0.8])}
CELL_A, CELL_B = np.divmod(np.arange(9), 3)
MARGINS = np.column_stack([np.ones(9), CELL_A == 1, CELL_A == 2, CELL_B == 1, CELL_B == 2]).astype(float)


def cell_shapes(base: list[float], slope: float) -> np.ndarray:
    """Law of the answers in each of the nine cells of two margins, (9, 3): the latent mean moves with the cell."""
    edges = ndtri(np.cumsum(base)[:2])[:, None] - slope * ((CELL_A - 1) + 0.7 * (CELL_B - 1))
    return np.diff(np.vstack([np.zeros(9), ndtr(edges), np.ones(9)]), axis=0).T


def respondents(rng: np.random.Generator, runs: int, n: int, response: str, shapes: np.ndarray) -> np.ndarray:
    """Answers of n respondents per run, cell and point, (runs, 9, 3)."""
    asked = (PEOPLE * RESPONSE[response]).ravel()
    law = (asked / asked.sum())[:, None] * shapes
    return rng.multinomial(n, law.ravel() / law.sum(), runs).reshape(runs, 9, 3)


def raked_weights(cells: np.ndarray) -> np.ndarray:
    """Weight of one answer of each cell after 25 rounds of raking both margins, (runs, 9); an empty margin stays so."""
    count = cells.reshape(-1, 3, 3)
    share = count / count.sum(axis=(1, 2), keepdims=True)
    for _ in range(25):
        for axis, target in ((2, PEOPLE.sum(axis=1)[None, :, None]), (1, PEOPLE.sum(axis=0)[None, None, :])):
            margin = share.sum(axis=axis, keepdims=True)
            share = share * np.divide(target, margin, out=np.zeros_like(margin), where=margin > 0)
    return np.divide(share, count, out=np.zeros_like(share), where=count > 0).reshape(-1, 9)


def durations(rng: np.random.Generator, size: tuple[int, int]) -> dict[str, tuple[float, np.ndarray]]:
    """Samples of six laws of times, each with its true mean."""
    laws = {
        f"lognormal {s}": (float(np.exp(3 + s * s / 2)), rng.lognormal(3, s, size)) for s in (0.6, 1.0, 1.5)
    }  # fmt: skip
    laws["gamma"] = 21.0, rng.gamma(0.7, 30, size)
    laws["weibull"] = float(20 * np.exp(gammaln(1 + 1 / 0.6))), 20 * rng.weibull(0.6, size)
    centre = np.where(rng.random(size) < 0.85, 2.0, 5.0)
    laws["mixture"] = float(0.85 * np.exp(2.125) + 0.15 * np.exp(5.125)), rng.lognormal(centre, 0.5)
    return laws


SEGMENTS = (8, 12, 20, 30, 60, 100, 300, 1000)
MIX = np.array([[0.4, 0.3, 0.15, 0.1, 0.05], [0.25, 0.3, 0.2, 0.15, 0.1]])
BEFORE = np.array([[0.1, 0.2, 0.7], TYPICAL, [0.3, 0.3, 0.4], [0.5, 0.3, 0.2], [0.6, 0.3, 0.1]])
AFTER = np.array([[0.1, 0.25, 0.65], TYPICAL, [0.25, 0.3, 0.45], *BEFORE[3:].tolist()])
