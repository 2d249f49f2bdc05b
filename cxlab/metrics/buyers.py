"""The fitted model of repeat buying: its parameters, what it expects of each customer, and how it holds up later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from cxlab.errors import DefinitionError
from cxlab.estimate import Estimates
from cxlab.estimate.basis.delta import delta_basis
from cxlab.interval import buying
from cxlab.interval.division import over
from cxlab.metric import Question
from cxlab.metrics.fitting import Fit, maximise
from cxlab.metrics.levels import days_of
from cxlab.rows.days import with_first_day
from cxlab.rows.read import Frame, collect
from cxlab.tally.cut import Segments
from cxlab.tally.purchases import Purchases
from cxlab.units import COUNT, MONEY, NUMBER, Unit

if TYPE_CHECKING:
    import pandas as pd

Floats = np.ndarray
BUYING, SPENDING = ("r", "alpha", "a", "b"), ("p", "q", "v")
_TOP = 7  # repeat purchases from which customers stand together in the holdout table
_STEP = 1e-4
_MANY = 20_000


@dataclass(frozen=True)
class Buyers:
    """Customers as the model sees them: x, t_x and T in the unit, each distinct combination once with its weight."""

    table: Purchases
    days: float
    unit: str

    @cached_property
    def rows(self) -> Floats:
        """x, t_x, T of each customer, 3 x N."""
        t = self.table
        return np.stack([t.repeats, (t.last - t.first) / self.days, (t.until - t.first) / self.days])

    @cached_property
    def distinct(self) -> tuple[Floats, Floats, Floats]:
        """Distinct rows (3 x D), how many customers each stands for, and each customer's row."""
        found, place, weight = np.unique(self.rows, axis=1, return_inverse=True, return_counts=True)
        return found, weight.astype(float), np.ravel(place)

    @cached_property
    def mean(self) -> Floats:
        """Mean spend of each customer's paid repeat purchases; 0 without any."""
        return over(self.table.spent, self.table.paid, 0.0)

    def fit_buying(self) -> Fit:
        """BG/NBD by maximum likelihood."""
        (x, t_x, T), weight, _ = self.distinct  # noqa: N806
        scale = float(np.max(T)) / 10 or 1.0

        def total(params: Floats, every: int = 1) -> float:
            # Time in a unit in which all parameters are near 1, or the search would be lopsided.
            rows = x[::every], t_x[::every] / scale, T[::every] / scale
            return float(weight[::every] @ buying.buying_likelihood(params, *rows))

        # Of very many rows a part finds the place, and all of them the maximum.
        every = len(x) // _MANY + 1
        fit = maximise(lambda params: total(params, every), np.ones(4))
        if every > 1:
            fit = maximise(total, fit.params, near=True)
        params = fit.params * np.array([1.0, scale, 1.0, 1.0])
        return Fit(params, fit.log_likelihood - float(weight @ x) * np.log(scale), fit.covariance, fit.found)

    def fit_spending(self) -> Fit | None:
        """Gamma-Gamma by maximum likelihood; None where fewer than two customers paid for a repeat purchase."""
        paid = self.table.paid > 0
        if paid.sum() < 2:
            return None
        rows, weight = np.unique(np.stack([self.table.paid[paid], self.mean[paid]]), axis=1, return_counts=True)
        scale = float(np.average(rows[1], weights=weight))

        def total(params: Floats) -> float:
            return float(weight @ buying.spending_likelihood(params, rows[0], rows[1] / scale))

        fit = maximise(total, np.array([2.0, 3.0, 1.0]))
        params = fit.params * np.array([1.0, 1.0, scale])
        return Fit(params, fit.log_likelihood - float(weight.sum()) * np.log(scale), fit.covariance, fit.found)


class ClvModel(Estimates):
    """BG/NBD with Gamma-Gamma, fitted: itself the estimate of the mean value of a customer within the horizon.

    `.parameters` maps r, alpha, a, b (buying), p, q, v (spending; None where nothing can be said of it) and
    log_likelihood (of buying); `.estimates` holds all figures with their limits, `.customers()` what is to be expected
    of each customer, `.holdout()` and `.tracking()` what came after `until` beside what was expected.
    """

    def __init__(self, ask: Question, buyers: Buyers, daily: Frame, days: float, ledger: Any) -> None:
        self._ask, self._buyers, self._daily, self._days = ask, buyers, daily, days
        self._buying = buyers.fit_buying()
        self._spending = buyers.fit_spending()
        main = self._figure("value", MONEY)
        super().__init__(main, basis=main.basis(), ledger=ledger)

    @property
    def parameters(self) -> Mapping[str, float | None]:
        """The parameters in the unit of time of the model, and the log-likelihood of buying."""
        spending = [None] * 3 if self._spending is None else [float(one) for one in self._spending.params]
        found: dict[str, float | None] = dict(zip(BUYING, map(float, self._buying.params), strict=True))
        found |= dict(zip(SPENDING, spending, strict=True))
        return found | {"log_likelihood": float(self._buying.log_likelihood)}

    @property
    def estimates(self) -> Estimates:
        """Parameters, expected purchases and value per customer within the horizon, with their limits."""
        fits = [(BUYING, self._buying), *([(SPENDING, self._spending)] if self._spending is not None else [])]
        items = []
        for names, fit in fits:
            errors = np.sqrt(np.diagonal(fit.covariance)) if fit.found else np.full(len(names), np.nan)
            items += list(self._answer(list(names), fit.params, errors, NUMBER))
        for name, unit in (("purchases", COUNT), ("value", MONEY)):
            items += list(self._figure(name, unit, named=True))
        return Estimates(items, axis="figure", ledger=self.ledger)

    def customers(self, horizon: float | None = None) -> pd.DataFrame:
        """One row for each customer: what was bought, P(alive), and what to expect within `horizon` days.

        `frequency` counts repeat purchases, `recency` and `age` are in the unit of the model, `spend` is the mean of
        paid repeat purchases. Money is null where nothing can be said of spending.
        """
        import pandas as pd

        days = self._days if horizon is None else days_of(horizon, "horizon")
        x, t_x, T = self._buyers.rows  # noqa: N806
        bought = self._expected(self._buying.params, days / self._buyers.days)
        spend = self._spend(None if self._spending is None else self._spending.params)
        rows, _, place = self._buyers.distinct
        money = {
            "spend": np.where(self._buyers.table.paid > 0, self._buyers.mean, np.nan),
            "expected_spend": spend,
            "expected_value": bought * spend,
        }
        known = {name: pd.array(values, dtype="Float64") for name, values in money.items()}
        return pd.DataFrame(
            {
                "customer": self._buyers.table.customer.to_pylist(),
                "frequency": x.astype(int),
                "recency": t_x,
                "age": T,
                "spend": known["spend"],
                "p_alive": buying.alive(self._buying.params, *rows)[place],
                "expected_purchases": bought,
                "expected_spend": known["expected_spend"],
                "expected_value": known["expected_value"],
            }
        )

    def holdout(self) -> pd.DataFrame:
        """Purchases after `until` by the number of repeat purchases before it: expected and actual, per customer."""
        import pandas as pd

        t = self._buyers.table
        if t.end <= t.until:
            raise DefinitionError(
                "There is nothing after the day to which the model was fitted",
                "until= is the last day of the table",
                'Fit it to a part of the record: until="1997-09-30"',
            )
        expected = self._expected(self._buying.params, (t.end - t.until) / self._buyers.days)
        group = np.minimum(t.repeats, _TOP).astype(int)
        size = np.bincount(group, minlength=_TOP + 1)
        means = [over(np.bincount(group, values, _TOP + 1), size) for values in (expected, t.later)]
        names = [*(str(i) for i in range(_TOP)), f"{_TOP}+"]
        frame = pd.DataFrame({"frequency": names, "customers": size, "expected": means[0], "actual": means[1]})
        return frame[frame["customers"] > 0].reset_index(drop=True)

    def tracking(self) -> pd.DataFrame:
        """Repeat purchases up to the end of each unit of time, expected and actual, for the calibration figure.

        `holdout` says which rows lie after `until`. It counts the customers that the model was fitted to.
        """
        import pandas as pd

        t, days = self._buyers.table, self._buyers.days
        starts, weight = np.unique(t.first, return_counts=True)
        ends = np.arange(starts[0] + days, t.end + days, days)
        zero = np.zeros(len(starts))
        expected = []
        for end in ends:
            ahead = np.maximum(end - starts, 0.0) / days
            expected.append(float(weight @ buying.expected_purchases(self._buying.params, ahead, zero, zero, zero)))
        bought = self._repeats()
        actual = [float(bought[1][bought[0] <= end].sum()) for end in ends]
        return pd.DataFrame(
            {"time": ends - starts[0], "expected": expected, "actual": actual, "holdout": ends > t.until}
        )

    def _repeats(self) -> tuple[Floats, Floats]:
        """Days, and the repeat purchases on each, of customers whose first purchase is not after `until`."""
        frame = with_first_day(self._daily, "day", "customer", "opened")
        frame = frame.filter((nw.col("day") > nw.col("opened")) & (nw.col("opened") <= self._buyers.table.until))
        table = collect(frame.group_by("day").agg(nw.len().alias("n")))
        return tuple(table.column(name).to_numpy().astype(float) for name in ("day", "n"))

    def _expected(self, params: Floats, t: float) -> Floats:
        rows, _, place = self._buyers.distinct
        return np.asarray(buying.expected_purchases(params, t, *rows)[place])

    def _spend(self, params: Floats | None) -> Floats:
        if params is None:
            return np.full(len(self._buyers.mean), np.nan)
        return buying.expected_spend(params, self._buyers.table.paid, self._buyers.mean)

    def _mean(self, name: str, logs: Floats, every: int) -> float:
        """Mean purchases or value per customer at the logarithms of all parameters, over every so many customers."""
        ahead, t = self._days / self._buyers.days, self._buyers.table
        params = np.exp(logs)
        if every == 1:
            bought = self._expected(params[:4], ahead)
        else:
            bought = buying.expected_purchases(params[:4], ahead, *self._buyers.rows[:, ::every])
        if name == "purchases":
            return float(bought.mean())
        if len(logs) == len(BUYING):
            return float("nan")
        spend = buying.expected_spend(params[4:], t.paid[::every], self._buyers.mean[::every])
        return float((bought * spend).mean())

    def _figure(self, name: str, unit: Unit, named: bool = False) -> Estimates:
        """A mean over customers, with the error that the parameters' errors give it."""
        fits = [self._buying, *([self._spending] if self._spending is not None else [])]
        logs = np.log(np.concatenate([fit.params for fit in fits]))
        value = self._mean(name, logs, 1)
        error = np.nan
        if all(fit.found for fit in fits) and np.isfinite(value) and value > 0:
            steps = _STEP * np.eye(len(logs))
            # Of very many customers a part tells how the mean moves with the parameters.
            every = len(self._buyers.table.repeats) // _MANY + 1
            moves = [self._mean(name, logs + s, every) - self._mean(name, logs - s, every) for s in steps]
            slope = np.array(moves) / (2 * _STEP)
            covariance = np.zeros((len(logs), len(logs)))
            covariance[:4, :4] = fits[0].covariance
            if len(fits) > 1:
                covariance[4:, 4:] = fits[1].covariance
            error = float(np.sqrt(slope @ covariance @ slope) / self._mean(name, logs, every))
        return self._answer([name] if named else None, np.array([value]), np.array([error]), unit)

    def _answer(self, names: list[str] | None, value: Floats, error: Floats, unit: Unit) -> Estimates:
        t = self._buyers.table
        basis = delta_basis(value, error, len(t.customer))
        fits = (self._buying, self._spending)
        flat = () if all(fit is None or fit.found for fit in fits) else ("the likelihood has no clear maximum",)
        lost = () if self._spending is not None else ("nothing is known of spending",)
        facts = {
            "base": "customers who bought by the day of the fit",
            "formula": self._ask.variant.formula,
            "unit": self._buyers.unit,
            "horizon": f"{self._days:g} days",
        }
        notes = [(*flat, *(lost if np.isnan(one) else ())) for one in value]
        segments = Segments() if names is None else Segments((), tuple(() for _ in names))
        extra = None if names is None else {"figure": names}
        axis = None if names is None else "figure"
        return self._ask.answer(segments, basis, unit=unit, definition=facts, notes=notes, axis=axis, extra=extra)
