"""The exports that are recognised, the most particular signature first."""

from __future__ import annotations

from cxlab.rows.exports.desks import FRESHDESK, ZENDESK
from cxlab.rows.exports.phones import GENESYS
from cxlab.rows.exports.qualtrics import QUALTRICS
from cxlab.rows.exports.surveymonkey import SURVEYMONKEY
from cxlab.rows.exports.surveys import ALCHEMER, LIMESURVEY, TYPEFORM

KNOWN = (QUALTRICS, SURVEYMONKEY, TYPEFORM, ALCHEMER, LIMESURVEY, ZENDESK, FRESHDESK, GENESYS)
