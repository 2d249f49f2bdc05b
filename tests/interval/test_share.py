"""The named intervals of a share against R, and at their edges."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from cxlab.errors import DefinitionError
from cxlab.interval.methods import method
from cxlab.interval.share import agresti_coull, clopper_pearson, jeffreys, wilson

Z = 1.959963984540054

# The answer to compare with where packages differ: the one that clips, and Jeffreys with its outer bound settled.
REFERENCE = {
    "wilson": ("wilson", "DescTools"),
    "cp": ("clopper_pearson", "DescTools"),
    "jeffreys": ("jeffreys", "DescTools_jeffreys"),
    "ac": ("agresti_coull", "DescTools"),
    "wald": ("wald", "DescTools"),
}


@pytest.mark.parametrize("start", REFERENCE)
def test_is_that_of_r(shared, start):
    name, package = REFERENCE[start]
    checked = 0
    for case in json.loads(shared("reference/cases/proportions.json").read_text())["cases"]:
        if case["id"].split("_")[0] == start:
            k, n = case["inputs"]["x"], case["inputs"]["n"]
            z = -ndtri((1 - case["inputs"]["conf"]) / 2)
            expected = case["output"][package]
            found = np.ravel(method("share", name)([n - k, k], [0, 1], z))
            assert found == pytest.approx([expected["lo"], expected["hi"]], rel=1e-8, abs=1e-12), case["id"]
            checked += 1
    assert checked >= 15


@pytest.mark.parametrize("function", [wilson, jeffreys, clopper_pearson, agresti_coull])
def test_ends_are_exact_and_mirror_each_other(function):
    n = np.array([1, 7, 10, 100, 12345, 2.5])
    low, high = function(np.zeros(6), n, Z)
    assert (low == 0).all()
    assert ((high > 0) & (high < 1)).all()
    mirrored = function(n, n, Z)
    assert (mirrored[1] == 1).all()
    np.testing.assert_allclose(mirrored[0], 1 - high, rtol=0, atol=1e-12)


@pytest.mark.parametrize("function", [wilson, jeffreys, clopper_pearson, agresti_coull])
def test_no_answers_and_fractions(function):
    low, high = function([0, 2.25], [0, 7.5], [Z, 2.5])
    assert np.isnan([low[0], high[0]]).all()
    assert 0 < low[1] < 0.3 < high[1] < 1


def test_clopper_pearson_tails_are_those_of_the_binomial():
    low, high = clopper_pearson(7, 20, Z)
    assert binom.sf(6, 20, low[0]) == pytest.approx(0.025, rel=1e-9)
    assert binom.cdf(7, 20, high[0]) == pytest.approx(0.025, rel=1e-9)


def test_refusals():
    with pytest.raises(DefinitionError, match=r"k = 4\.0, n = 3\.0"):
        wilson(4, 3, Z)
    with pytest.raises(DefinitionError, match="match in number"):
        wilson([1, 2], [3, 4, 5], Z)
