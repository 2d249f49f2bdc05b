"""What is admitted where, and what is said of the rest."""

from __future__ import annotations

import numpy as np
import pytest

from cxlab.errors import DefinitionError
from cxlab.interval.methods import METHODS, method
from cxlab.interval.score import limits

SCALES = {"nps": [-1, 0, 1], "mean": [1, 2, 3, 4, 5], "share": [0, 1]}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in METHODS.items() for name in names])
def test_every_method_has_one_signature_and_contains_the_estimate_on_the_scale(kind, name):
    points = np.array(SCALES[kind])
    counts = np.random.default_rng(1).multinomial([2, 9, 40, 300], np.full(points.size, 1 / points.size))
    low, high = method(kind, name)(counts, points, np.full(4, 2.2))
    mean = counts @ points / counts.sum(axis=1)
    some = ~np.isnan(low)
    assert some[1:].all()
    assert (points[0] <= low[some]).all()
    assert (high[some] <= points[-1]).all()
    assert (low[some] <= mean[some]).all()
    assert (mean[some] <= high[some]).all()


def test_score_is_first_and_default():
    for kind, names in METHODS.items():
        assert next(iter(names)) == "score"
        assert method(kind) is limits


def test_admitted_names():
    assert list(METHODS["nps"]) == ["score", "adjusted_wald", "tango", "wald", "t", "bootstrap"]
    assert list(METHODS["mean"]) == ["score", "adjusted_wald", "wald", "t", "bootstrap"]
    assert list(METHODS["share"]) == [
        "score", "wilson", "jeffreys", "clopper_pearson", "agresti_coull", "wald", "t", "bootstrap",
    ]  # fmt: skip


def test_an_inadmissible_method_is_answered_with_the_admissible_ones():
    with pytest.raises(DefinitionError, match="Give method='score', 'adjusted_wald', 'wald', 't' or 'bootstrap'"):
        method("mean", "wilson")
    with pytest.raises(DefinitionError, match="Did you mean 'bootstrap'"):
        method("nps", "bootstrapp")
    with pytest.raises(DefinitionError, match="'nps', 'mean' or 'share'"):
        method("rating", "score")
    with pytest.raises(DefinitionError, match="points 0 and 1"):
        method("share", "wilson")([[1, 2]], [1, 2], 1.96)
