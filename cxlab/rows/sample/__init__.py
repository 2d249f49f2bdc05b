"""Sample data, made up from fixed seeds: three clients, 25 months, one real drop to find in each."""

from cxlab.rows.sample.build import TABLES, sample, tables, write
from cxlab.rows.sample.clients import CLIENTS, FIRST, LAST, NOW, STORY, Client, Story

__all__ = ["CLIENTS", "FIRST", "LAST", "NOW", "STORY", "TABLES", "Client", "Story", "sample", "tables", "write"]
