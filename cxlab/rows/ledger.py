"""What happened to the rows between the file and the figure: every reading, dropping and changing, counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

# The kinds that take rows away. Everything else in a ledger counts cells, columns or rows that stayed.
ROWS_OUT = frozenset({"dropped", "duplicates_dropped", "filtered"})


@dataclass(frozen=True)
class Entry:
    """One line of a ledger: how often something happened, to which column, and why."""

    kind: str
    count: int
    column: str | None = None
    detail: str = ""


class Ledger:
    """The account of a table's rows: what was read, dropped, changed and kept, in the order in which it happened.

    `facts` holds what is said of the source rather than counted: encoding, delimiter, sha256, time zone.

    >>> ledger = Ledger()
    >>> ledger.count("read", 10)
    >>> ledger.count("dropped", 2, detail="empty row")
    >>> ledger.count("kept", 8)
    >>> ledger.adds_up()
    True
    """

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self._counts: dict[tuple[str, str | None, str], int] = {}

    def count(self, kind: str, n: int, column: str | None = None, detail: str = "") -> None:
        """Add `n` to the entry of this kind, column and detail; an entry that would stay at 0 is not made."""
        key = (kind, column, detail)
        if n or key in self._counts:
            self._counts[key] = self._counts.get(key, 0) + int(n)

    def found(self, kind: str, n: int, column: str | None = None, detail: str = "") -> None:
        """Note what asking a table showed; asking the same again does not count it twice."""
        key = (kind, column, detail)
        if n:
            self._counts[key] = max(int(n), self._counts.get(key, 0))

    def __iter__(self) -> Iterator[Entry]:
        return (Entry(kind, n, column, detail) for (kind, column, detail), n in self._counts.items())

    def __len__(self) -> int:
        return len(self._counts)

    def __bool__(self) -> bool:
        return True  # an empty account is an account: `ledger or Ledger()` must not lose it

    @property
    def counts(self) -> Mapping[str, int]:
        """The total of every kind."""
        totals: dict[str, int] = {}
        for entry in self:
            totals[entry.kind] = totals.get(entry.kind, 0) + entry.count
        return totals

    def adds_up(self) -> bool:
        """Whether the rows read are exactly those kept and those dropped."""
        totals = self.counts
        out = sum(totals.get(kind, 0) for kind in ROWS_OUT)
        return totals.get("read", 0) - out == totals.get("kept", 0)

    def copy(self) -> Ledger:
        """A ledger of its own with the same entries and facts."""
        twin = Ledger()
        twin.facts = dict(self.facts)
        twin._counts = dict(self._counts)
        return twin

    def to_pandas(self) -> pandas.DataFrame:
        """The entries as a frame: kind, column, count, detail."""
        import pandas

        rows = [(entry.kind, entry.column, entry.count, entry.detail) for entry in self]
        return pandas.DataFrame(rows, columns=["kind", "column", "count", "detail"])

    def __repr__(self) -> str:
        if not self._counts:
            return "Ledger: nothing counted"
        lines = [(entry.kind, f"{entry.count:,}", entry.column or "", entry.detail) for entry in self]
        wide = [max(len(line[i]) for line in lines) for i in range(2)]
        return "\n".join(
            f"{kind:<{wide[0]}}  {n:>{wide[1]}}  {column}  {detail}".rstrip() for kind, n, column, detail in lines
        )

    def _repr_html_(self) -> str:
        head = "<tr><th>kind</th><th>count</th><th>column</th><th>detail</th></tr>"
        body = "".join(
            f"<tr><td>{escape(entry.kind)}</td><td>{entry.count:,}</td>"
            f"<td>{escape(entry.column or '')}</td><td>{escape(entry.detail)}</td></tr>"
            for entry in self
        )
        return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"
