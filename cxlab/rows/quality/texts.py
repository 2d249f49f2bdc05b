"""Text: one segment under two spellings, broken letters, words that mean nothing, and personal data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from cxlab.rows.asking import records_of
from cxlab.rows.personal import is_personal
from cxlab.rows.quality.columns import Column
from cxlab.rows.quality.finding import NOTE, ROW, SHOWN_FROM, WARNING, Finding, Table, Test, cell, counted, in_row
from cxlab.rows.quality.scores import MOST_VALUES
from cxlab.rows.store import Sql, build, listed, name, text
from cxlab.words.fold import fold_text, match_key
from cxlab.words.private import kinds_in

_NOTHING = ("n/a", "na", "#n/a", "null", "none", "nan", "nil", "-", "--", "?", ".", "unknown", "không rõ", "نامشخص")
# UTF-8 that was read as a Western code page, and the sign for what could not be read at all.
_BROKEN = "\ufffd|[ÃÂ][\u0080-\u00bf\u2018-\u203a€™œžŸ]|â€|[ØÙÛ][\u0080-\u00bf\u2020-\u203a§±†‡]"
# Personal data has a mail sign, seven digits, or a title before a name; only such texts are looked at one by one.
_MAYBE = (
    r"@|＠|\[at\]|\(at\)|%40|([0-9۰-۹٠-٩][\s\.\-()/\x{200c}]{0,3}){7,}"
    r"|(^|\s)([Aa]nh|[Cc]hị|[Ee]m|[Cc]ô|[Cc]hú|[Bb]ác|[Ôô]ng|[Bb]à|M[rs]s?|Miss|Dr|آقای|خانم|جناب)\.?\s"
)
_MAY_BE_PERSONAL = (None, "text", "word", "id", "person")
# A column of more different values, that come less often than this each, holds what people wrote.
FEW_VALUES, OFTEN = 50, 5
_MOST_LOOKED_AT = 100_000  # texts of a column, one by one


def look(seen: Table, columns: Mapping[str, Column]) -> Iterator[Finding]:
    """The findings about the texts of a table."""
    written = [one for one in columns.values() if one.filled and seen.is_text(one.name)]
    words = [one.name for one in written if _is_word(seen, one)]
    yield from _spellings(seen, words)
    tests = []
    for one in written:
        role = seen.named(one.name)
        broken = build("regexp_matches({c}, {form})", c=name(one.name), form=text(_BROKEN))
        tests.append(Test("broken letters", WARNING, role, broken, "text read in the wrong encoding"))
        if one.name in words:
            nothing = build("lower({c}) IN ({words})", c=cell(one.name), words=listed(text(w) for w in _NOTHING))
            tests.append(Test("word for no value", NOTE, role, nothing, value=cell(one.name), word=True))
    yield from counted(seen, tests)
    for one in written:
        if seen.kind_of(one.name) in _MAY_BE_PERSONAL:
            yield from _personal(seen, one)


def _is_word(seen: Table, column: Column) -> bool:
    """Whether a column of text makes segments: few values, and neither ids, persons, scores nor free text."""
    kind = seen.kind_of(column.name)
    most = MOST_VALUES if kind == "word" else min(MOST_VALUES, max(FEW_VALUES, column.filled // OFTEN))
    return kind in (None, "word") and column.distinct <= most and not is_personal(column.name)


def _spellings(seen: Table, columns: Sequence[str]) -> Iterator[Finding]:
    for column in columns:
        raws = seen.ask(build('{c}, count(*), min("{row}")', c=name(column), row=Sql(ROW)), name(column))
        alike: dict[str, list[tuple[str, int, int]]] = {}
        for raw, count, row in raws:
            if raw is not None and raw.strip():
                alike.setdefault(re.sub(r"\s+", " ", match_key(raw)), []).append((raw, count, row))
        several = [sorted(group, key=lambda one: (-one[1], one[0])) for group in alike.values() if len(group) > 1]
        if several:
            rare = [one for group in several for one in group[1:]]
            first = min(several, key=lambda group: min(one[2] for one in group[1:]))
            row = min(one[2] for one in first[1:])
            said = f"{_why(first[0][0], first[1][0])}"
            if sum(one[1] for one in first) >= SHOWN_FROM and not kinds_in(first[0][0]):
                said = f"{first[0][0]!r} and {first[1][0]!r}: {said}"
            role = seen.named(column)
            yield Finding("spellings of one value", WARNING, role, sum(one[1] for one in rare), in_row(row, said))


def _why(one: str, other: str) -> str:
    """What two spellings of one value differ in."""
    if one.strip() == other.strip() or " ".join(one.split()) == " ".join(other.split()):
        return "blanks differ"
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return "letters composed differently"
    if one.casefold() == other.casefold():
        return "capitals differ"
    if fold_text(one) == fold_text(other):
        return "Arabic and Persian letters or unseen signs"
    return "capitals, blanks, tone marks or half spaces differ"


def _personal(seen: Table, column: Column) -> Iterator[Finding]:
    """Rows of a text column in which a pattern for personal data is found; of ids only mail addresses count.

    At most 100,000 suspicious texts are read, so that the count of a very long table is a floor.
    """
    kind, role = seen.kind_of(column.name), seen.named(column.name)
    form = "@|＠" if kind in ("id", "person") else _MAYBE
    maybe = build("regexp_matches({c}, {form})", c=name(column.name), form=text(form))
    suspects = seen.relation.filter(str(maybe)).select(f'{name(column.name)}, "{ROW}"')
    rows, first = 0, 0
    kinds: set[str] = set()
    looked = records_of(suspects.limit(_MOST_LOOKED_AT))
    for raw, row in looked:
        found = set(kinds_in(raw))
        found &= {"mail address"} if kind in ("id", "person") else found
        if kind is None and raw.strip().isdigit():
            found -= {"identity number", "card number"}  # a number alone may be any number
        if found:
            rows, first, kinds = rows + 1, min(first or row, row), kinds | found
    if rows:
        said = in_row(first, f"{', '.join(sorted(kinds))}, not shown")
        yield Finding("personal data in text", WARNING, role, rows, said)
