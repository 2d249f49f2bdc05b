"""One provocation for each error of files and plans that only hostile or broken programs make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.provoke.files import of


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


PROVOKE: dict[str, Callable[[], object]] = {
    "a tag without end": of("a.xlsx", _zip("xl/a.xml", b"<a" + b" " * 9_000_000)),
}
