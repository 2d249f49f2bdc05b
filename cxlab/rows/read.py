"""Rows: a table where it lives, with the meaning of its columns declared.

`read` opens a source and says which column plays which role. Nothing is computed here: a `Rows` is lazy, and the
metrics ask it for a group-by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from cxlab.errors import ColumnError, DefinitionError, listing
from cxlab.rows.blanks import blank_nan, blank_text
from cxlab.rows.declared import FORMS, codes_of, demand_mapping
from cxlab.rows.header import fold_name
from cxlab.rows.kept import conditions
from cxlab.rows.labels import split, worded
from cxlab.rows.ledger import Ledger
from cxlab.rows.roles import TABLES, advice, demand_spelling
from cxlab.rows.unchanged import Print, demand_unchanged, prints_of

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

NAMED = 20  # columns that the display of a table names
Frame = Any  # a narwhals DataFrame or LazyFrame: the two share what is used here, and no common type


@dataclass(frozen=True)
class Rows:
    """A table and what its columns mean; lazy, so making one reads nothing.

    `roles` maps a role (`recommend`) to the column that plays it (`NETPRO`); `missing` and `labels` map a column to its
    codes for "no answer" and to the numbers its labels stand for.
    """

    frame: Frame
    ledger: Ledger
    roles: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    scale: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    timezone: str | None = None
    dates: str | Mapping[str, str] | None = None
    decimal: str = ""
    origin: str = "the table"
    duplicated: frozenset[str] = frozenset()
    margins: Mapping[str, Mapping[object, float]] = field(default_factory=dict)
    files: tuple[Print, ...] = ()
    # Never handed on by `replace`: what was found out holds for these columns, codes, labels and zone alone.
    checked: dict[str, object] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.schema.names())

    @cached_property
    def schema(self) -> nw.Schema:
        """The columns and their types, asked once: some engines answer by a query."""
        return self.frame.collect_schema()

    def has(self, name: str) -> bool:
        """Whether a role or column of that name is there."""
        return self.find(name) is not None

    def find(self, name: str) -> str | None:
        """The column that plays this role or has this name, folded as headers are; None where there is none."""
        if name in self.roles:
            return self.roles[name]
        columns = self.columns
        if name in columns:
            return name
        folded = fold_name(name)
        return next((column for column in columns if fold_name(column) == folded), None)

    def column(self, name: str, why: str = "", role: str = "") -> str:
        """As `find`, an error where there is none, two share the name or cells are lists; it was to play `role`."""
        found = self.find(name)
        if found is None:
            raise ColumnError(
                f"No column '{name}'{f', which {why} needs' if why else ''}",
                f"{self.origin} has {listing(self.columns, 'and')}",
                advice(name, self.columns, self.roles, role),
                lacks=name,
            )
        if found in self.duplicated:
            raise ColumnError(
                f"The column '{name}' is there more than once",
                f"{self.origin} repeats the header '{found}'",
                "Rename one of them in the source, or name the column you mean",
            )
        if self.schema[found].is_nested():
            raise ColumnError(
                f"The column '{found}' holds several values in a cell",
                f"its cells in {self.origin} are of type {self.schema[found]}",
                "Name a column of single values; to cut by it, join the parts into text and use cx.each",
            )
        return found

    def head(self, n: int = 5) -> pd.DataFrame:
        """The first rows, as a pandas frame."""
        demand_unchanged(self.files)
        return nw.from_native(collect(self.frame.head(n))).to_pandas()

    def filter(self, *predicates: Any, **equals: object) -> Rows:
        """The rows where all this holds: Narwhals expressions, or `column=value` (None: is blank; a list: any of it).

        Columns whose names are no Python words stand in a mapping: `rows.filter({"Tên vùng": "Bắc"})`.
        """
        frame = self.frame
        for condition in conditions(predicates, equals, self.column, self._is_text):
            frame = frame.filter(condition)
        return self.on(frame)

    def _is_text(self, column: str) -> bool:
        return bool(self.schema[column] == nw.String)

    def on(self, frame: Frame) -> Rows:
        """The same declarations over another frame, with nothing about it checked yet."""
        return replace(self, frame=frame)

    def same(self, frame: Frame) -> Rows:
        """The same rows with columns typed or added: what a look told of them, and what they are a part of, holds."""
        kept = {key: known for key, known in self.checked.items() if key in ("look", "whole")}
        return self.knowing(frame, kept)

    def knowing(self, frame: Frame, known: Mapping[str, object]) -> Rows:
        """The same declarations over another frame, of which this is known beforehand."""
        found = replace(self, frame=frame)
        found.checked.update(known)
        return found

    def to_native(self) -> Any:
        """The frame as its own library knows it."""
        return self.frame.to_native()

    def to_pandas(self) -> pd.DataFrame:
        """All rows as a pandas frame."""
        demand_unchanged(self.files)
        return nw.from_native(collect(self.frame)).to_pandas()

    def __repr__(self) -> str:
        roles = ", ".join(f"{role}={column}" for role, column in self.roles.items() if role != column)
        columns = ", ".join([*self.columns[:NAMED], *(["..."] if len(self.columns) > NAMED else [])])
        return f"Rows of {self.origin}: {len(self.columns)} columns ({columns}){f'; roles: {roles}' if roles else ''}"


def read(
    source: Any,
    *,
    export: str | None = None,
    table: str | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    missing: Mapping[str, Sequence[object]] | None = None,
    labels: Mapping[str, Mapping[str, float] | Mapping[str, str]] | None = None,
    scale: Mapping[str, tuple[float, float]] | None = None,
    timezone: str | None = None,
    dates: str | Mapping[str, str] | None = None,
    keep: Sequence[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
) -> Rows:
    """Rows of a file, folder, database or frame, with the meaning of the columns declared; reads nothing yet.

    `source` is a path, folder or glob (.csv .tsv .xlsx .parquet .sav .json .jsonl), a database URL with `table`, or a
    frame of pandas, Polars, PyArrow, DuckDB, Ibis, PySpark or Dask. `columns` maps a role to its column; `missing`
    maps a role or column to the codes that mean "no answer"; `labels` maps one to {label: number}, or to {its word: a
    word that metrics know}; `scale` to its ends. `timezone` is the zone of times without one, `dates` their format
    ("%d/%m/%Y", "dmy", "jalali", "excel" or "unix", or one for each column).
    `decimal` is the decimal mark of numbers in text, "." or ","; the other one parts thousands.

    Text files are read as text and typed when used; identifiers stay text. Personal fields (name, mail, telephone,
    IP, coordinates) are dropped unless named in `keep`, and counted in `.ledger`. A source that cannot be read is
    a `ReadError`; a role that names no column is a `ColumnError`.

    >>> import pyarrow as pa
    >>> read(pa.table({"NETPRO": [9, 11]}), columns={"recommend": "NETPRO"}, missing={"recommend": [11]}).columns
    ['NETPRO']
    """
    from cxlab.rows.files import load

    _demand_writing(timezone, decimal)
    columns = {} if columns is None else columns
    _demand_roles(columns)
    ledger = Ledger()
    loaded = load(
        source,
        table=table,
        sheet=sheet,
        export=export,
        encoding=encoding,
        delimiter=delimiter,
        keep=_kept(keep, columns),
        ledger=ledger,
    )
    rows = Rows(
        frame=blank_nan(nw.from_native(loaded.relation)) if loaded.typed else nw.from_native(loaded.relation),
        ledger=ledger,
        timezone=timezone or loaded.facts.get("timezone"),
        dates=dates,
        decimal=decimal or "",
        origin=loaded.origin,
        duplicated=frozenset(loaded.facts.get("duplicated", ())),
        files=prints_of(loaded.files),
    )
    suggested = loaded.facts.get("roles", {})
    demand_spelling(columns, lambda name: name in suggested or rows.has(name))
    roles = {role: rows.column(name, f"the role '{role}'", role) for role, name in {**suggested, **columns}.items()}
    rows = replace(rows, roles=roles)
    numbers, words = split(rows, _by_column(rows, {} if labels is None else labels, "labels"))
    return replace(
        rows,
        frame=worded(blank_text(rows.frame, _ids(rows)) if loaded.typed else rows.frame, words),
        missing=_missing(rows, {} if missing is None else missing, loaded.facts.get("missing", {})),
        labels=numbers,
        scale=_by_column(rows, {} if scale is None else scale, "scale"),
    )


def rows_of(source: Any, score: str = "recommend") -> Rows:
    """What a metric was given, as `Rows`: rows, a frame as it is, or a plain sequence of scores."""
    if isinstance(source, Rows):
        demand_unchanged(source.files)
        return source
    if isinstance(source, (str, Path)):
        return read(source)
    plain = _plain_scores(source)
    if plain is not None:
        import pyarrow as pa

        return Rows(frame=nw.from_native(pa.table({score: plain})), ledger=Ledger(), origin="the sequence")
    return read(source)


def collect(frame: Frame) -> pa.Table:
    """The frame's rows as an Arrow table; the only place where a lazy frame is asked."""
    if isinstance(frame, nw.LazyFrame):
        if not frame.implementation.is_duckdb():
            return frame.collect("pyarrow").to_native()
        from cxlab.rows.asking import table_of

        return table_of(frame.to_native())
    return frame.to_arrow().select(frame.columns)  # the index of some rows of pandas would be one more column


def _demand_writing(timezone: str | None, decimal: str | None) -> None:
    """Refuse a zone that is none, and a decimal mark that is none."""
    if timezone is not None:
        from cxlab.rows.periods import zone

        zone(timezone)
    if decimal not in (None, ".", ","):
        raise DefinitionError("A decimal mark is a point or a comma", f"decimal={decimal!r}", 'Write "." or ","')


def _demand_roles(columns: Mapping[str, str]) -> None:
    """Refuse roles that are not each played by a named column."""
    demand_mapping(columns, "columns")
    if not all(isinstance(name, str) for name in columns.values()):
        form = f"Write {FORMS['columns']}"
        raise DefinitionError("A role is played by one named column", f"columns={columns!r}", form)


def _ids(rows: Rows) -> list[str]:
    """The columns of persons, by what was declared or by their names; of tables in memory those of ids as well.

    A file knows of its ids that none is blank, and an engine that is told to look for blanks reads it twice.
    """
    kinds = ("person",) if isinstance(rows.frame, nw.LazyFrame) else ("id", "person")
    roles = {role for table in TABLES.values() for role, kind in table.items() if kind in kinds}
    return sorted({column for role in roles if (column := rows.find(role)) is not None})


def _kept(keep: Sequence[str] | None, columns: Mapping[str, str]) -> list[str]:
    """A column that was given a role is wanted, whatever its name looks like."""
    return [*codes_of(keep), *columns.values()]  # type: ignore[list-item]


def _by_column(rows: Rows, given: Mapping[str, Any], what: str) -> dict[str, Any]:
    demand_mapping(given, what)
    found: dict[str, Any] = {}
    for name, value in given.items():
        column = rows.column(name, f"{what}=")
        if column in found:
            raise DefinitionError(
                f"{what}= names one column twice",
                f"'{name}' is the column '{column}', which was named before",
                "Declare it under its role or under its column, not both",
            )
        found[column] = value
    return found


def _missing(
    rows: Rows, given: Mapping[str, Sequence[object]], known: Mapping[str, Sequence[object]]
) -> dict[str, tuple[object, ...]]:
    """The codes for no answer: those declared, and those that the export itself has for its columns."""
    found = {name: tuple(codes) for name, codes in known.items() if name in rows.columns}
    for name, codes in _by_column(rows, given, "missing").items():
        found[name] = (*found.get(name, ()), *codes_of(codes))
    return found


def _plain_scores(source: Any) -> pa.Array | None:
    """A plain sequence of scores as one Arrow column; None where the source is a table."""
    import pyarrow as pa

    from cxlab.rows.frames import as_text

    # Asked of the class, because a lazy frame of Polars would resolve its schema to answer.
    if hasattr(type(source), "columns") or isinstance(source, (pa.Table, Mapping)):
        return None
    if hasattr(source, "to_numpy") or hasattr(source, "tolist"):
        source = source.tolist() if hasattr(source, "tolist") else source.to_numpy().tolist()
    if not isinstance(source, (list, tuple, range)):
        return None
    values = [None if _is_blank(value) else value for value in source]
    if all(value is None or isinstance(value, (int, float)) for value in values):
        return pa.array([None if value is None else float(value) for value in values], pa.float64())
    return pa.array([None if value is None else as_text(value) for value in values], pa.string())


def _is_blank(value: Any) -> bool:
    """Whether a value is None, NaN, NaT or the NA of pandas: all of them are not equal to themselves."""
    if value is None:
        return True
    different = value != value
    return type(different).__name__ == "NAType" or bool(different)
