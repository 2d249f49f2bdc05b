"""Division where the base may be nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def over(above: ArrayLike, below: ArrayLike, otherwise: float = np.nan) -> NDArray[np.float64]:
    """above / below, broadcast, in the unit of above per below; `otherwise` where below is 0.

    >>> over([1, 2], [0, 4]).tolist()
    [nan, 0.5]
    """
    a, b = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    return np.divide(a, b, out=np.full(a.shape, otherwise), where=b != 0)
