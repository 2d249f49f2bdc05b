"""JSON: a list of records, or one record on each line; numbers keep the digits that the file has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from cxlab.errors import ReadError
from cxlab.rows import store
from cxlab.rows.assemble import Plan, assemble
from cxlab.rows.header import arrange
from cxlab.rows.ledger import Ledger
from cxlab.rows.loaded import Loaded, facts_of, names_of

MOST_BYTES = 500 * 10**6  # of one list, which has to be read as a whole
_BATCH = 20_000
_AGAIN = "Mend it in the source or export it again"
_UNFIT = re.compile("[\0\ud800-\udfff]")


class _TwiceError(ValueError):
    """An object has one name twice."""


class Number(str):
    """A number as the file writes it, so that a long id keeps its last digits."""


def load(path: Path, origin: str, keep: Iterable[str] | None, ledger: Ledger) -> Loaded:
    """The records as a table of text; a record inside a record gives columns such as `reply_time.business`."""
    import pyarrow as pa

    stream = _records(path, origin)
    parts = []
    while batch := list(islice(stream, _BATCH)):
        names = dict.fromkeys(name for record in batch for name in record)
        columns = {name: pa.array([record.get(name) for record in batch], pa.string()) for name in names}
        parts.append(pa.table(columns))
    if not parts or not any(part.num_columns for part in parts):
        raise ReadError(f"{origin} is empty", "It holds no record", "Export it again")
    table = pa.concat_tables(parts, promote_options="default")
    header = arrange(table.column_names, ledger, keep)
    connection = store.connect()
    connection.from_arrow(table.rename_columns([f"c{place}" for place in range(table.num_columns)])).create("cells")
    relation, kept = assemble(connection, store.name("cells"), Plan(header, None), ledger, origin, lazy=False)
    connection.execute("DROP TABLE cells")
    facts = facts_of(
        kept, None, None, ledger, encoding="utf-8", sha256=store.sha256(path), rows=ledger.counts.get("kept", 0)
    )
    return Loaded(relation, origin, names_of(kept.columns), False, facts)


def _records(path: Path, origin: str) -> Iterator[dict[str, str | None]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            start = next((line.lstrip() for line in file if line.strip()), "")
        whole = start.startswith("[") or (path.suffix.lower() == ".json" and start.rstrip() == "{")
        yield from _of_list(path, origin) if whole else _of_lines(path, origin)
    except UnicodeDecodeError as error:
        raise ReadError(f"{origin} is not in UTF-8", f"Byte {error.start}", "JSON is UTF-8: export it again") from error
    except _TwiceError as error:
        raise ReadError(f"{origin} has an object with one name twice", f"The name '{error}'", _AGAIN) from None
    except RecursionError:
        raise ReadError(f"{origin} is nested too deeply", "Lists in lists, or objects in objects", _AGAIN) from None


def _of_list(path: Path, origin: str) -> Iterator[dict[str, str | None]]:
    if path.stat().st_size > MOST_BYTES:
        seen = f"{path.stat().st_size:,} bytes, and the limit is {MOST_BYTES:,}"
        raise ReadError(f"{origin} is too large for one list", seen, "Write one record on each line (.jsonl)")
    try:
        found = _parse(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise _broken(origin, f"Line {error.lineno}, column {error.colno}", error) from error
    if not isinstance(found, list):
        raise ReadError(f"{origin} is no table", "It holds one object", "Export a list of records, or one on each line")
    for row, record in enumerate(found, start=1):
        yield _flat(record, f"{origin}, record {row}")


def _of_lines(path: Path, origin: str) -> Iterator[dict[str, str | None]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    record = _parse(line)
                except json.JSONDecodeError as error:
                    raise _broken(origin, f"Line {number}, column {error.colno}", error) from error
                yield _flat(record, f"{origin}, line {number}")


def _parse(text: str) -> Any:
    return json.loads(text, parse_int=Number, parse_float=Number, parse_constant=str, object_pairs_hook=_single)


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names all differ: of two values of one name Python keeps the last, and says nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(twice)
    return found


def _broken(origin: str, where: str, error: json.JSONDecodeError) -> ReadError:
    return ReadError(f"{origin} is broken JSON", f"{where}: {error.msg.lower()}", "Export it again")


def _flat(record: object, where: str) -> dict[str, str | None]:
    """One record with the objects in it opened by one level; what lies deeper stays JSON."""
    if not isinstance(record, Mapping):
        raise ReadError(f"{where} is no record", f"{_text(record)!r:.60}", "Every record is an object: {...}")
    flat: dict[str, str | None] = {}
    for name, value in record.items():
        if isinstance(value, Mapping) and value:
            inside = {f"{name}.{inner}": _text(deeper) for inner, deeper in value.items()}
        else:
            inside = {name: _text(value)}
        for column, text in inside.items():
            if column in flat:
                raise ReadError(f"{where} has two values of '{column}'", f"{flat[column]!r} and {text!r}", _AGAIN)
            if text and _UNFIT.search(text):
                raise ReadError(f"{where} holds a NUL or half a character", f"In '{column}'", _AGAIN)
        flat |= inside
    return flat


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    return _json(value)


def _json(value: object) -> str:
    """JSON again, with the numbers as they stood."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_json(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
