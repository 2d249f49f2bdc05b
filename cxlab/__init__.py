"""cxlab: customer experience measured so that it can be defended.

    rows        cx.read opens a file, folder, database or frame and says what its columns mean
    metrics     cx.nps, cx.csat ... ask a table one question and answer with `Estimates`
    cuts        cx.period and cx.each, for by=
    answers     Estimates: .compare() .plot() .table() .say() .variants() .receipt() .to_pandas()
    catalogue   cx.metrics() lists every metric with its variants, units and methods
    reports     cx.report is what a report notebook calls

Everything is loaded when it is first used, so that `import cxlab` is light.
"""

import sys

from cxlab._face import Face
from cxlab._face import __dir__ as __dir__
from cxlab._face import __getattr__ as __getattr__

sys.modules[__name__].__class__ = Face
