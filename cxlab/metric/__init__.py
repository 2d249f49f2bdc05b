"""What a metric is: its facts stated once, its question checked once, and the catalogue of all of them.

A metric is one function in one file of `metrics/`, marked with `@metric(...)`. The mark states the facts (name, table,
variants, units, words); the common keywords, the catalogue row, the command line and the contract test follow from it.
"""

from cxlab.metric.facts import ADMISSIBLE, About, Variant
from cxlab.metric.mark import about_of, better_of, catalogue, metric
from cxlab.metric.question import Question, level_of

__all__ = ["ADMISSIBLE", "About", "Question", "Variant", "about_of", "better_of", "catalogue", "level_of", "metric"]
