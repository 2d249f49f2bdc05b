"""Exports of survey tools, support desks and telephone systems, each recognised by the signature of its header."""

from cxlab.rows.exports.known import KNOWN
from cxlab.rows.exports.signature import Drop, Export, recognise

__all__ = ["KNOWN", "Drop", "Export", "recognise"]
