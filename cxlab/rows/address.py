"""Where a source lies: a path or an address of SQLite, both of which may be counted from a folder."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


def is_url(source: str) -> bool:
    """Whether the text is an address such as postgresql://host/base and not a path."""
    return "://" in source


def file_of(source: str) -> Path | None:
    """The file that a path or an address of SQLite names; None for a database behind a server.

    >>> file_of("sqlite:///data/a.db").as_posix(), file_of("sqlite:////data/a.db").as_posix()
    ('data/a.db', '/data/a.db')
    """
    if not is_url(source):
        return Path(source)
    parts = urlsplit(source)
    return Path(unquote(parts.path.removeprefix("/")) or ".") if parts.scheme.lower() == "sqlite" else None


def located(source: str, folder: Path) -> str:
    """The source with its file, where it has one, as an absolute path: relative ones count from the folder."""
    path = file_of(source)
    if path is None or path.is_absolute():
        return source
    whole = (folder / path).absolute()
    return f"sqlite:///{quote(whole.as_posix(), safe='/:')}" if is_url(source) else str(whole)
