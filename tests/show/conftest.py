"""The made-up metrics of these tests stand in for the catalogue, so that what they show does not change with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from show import made_up

import cxlab.show.cards
import cxlab.show.named
import cxlab.show.spoken


@pytest.fixture(scope="module", autouse=True)
def _made_up_metrics() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (cxlab.show.cards, cxlab.show.named, cxlab.show.spoken):
            patch.setattr(module, "about_of", made_up.CATALOGUE.get)
        yield
