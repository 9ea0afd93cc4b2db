"""Files for a browser: the page that opens the WebSocket, and what it needs.

Only what is in the folder is served: no ``..``, no link that leads out, no hidden file, no name
that means a device or a drive to Windows. Whatever is not served is 404, for whatever reason:
what there is outside is nobody's business.

Leaves out listings, ranges, caching and compression, and anything too big to be in memory once.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TypeAlias

__all__ = ["Page", "Pages", "PagesLike"]

Content: TypeAlias = "str | bytes | Path"
PagesLike: TypeAlias = "str | Path | Mapping[str, Content]"

INDEX = "index.html"
UNKNOWN = "application/octet-stream"

# What a page is made of, said here because `mimetypes` asks the system, and a Windows registry
# may answer that JavaScript is text/plain, which no browser runs as a module.
TYPES = MappingProxyType(
    {
        ".css": "text/css",
        ".html": "text/html",
        ".ico": "image/vnd.microsoft.icon",
        ".js": "text/javascript",
        ".json": "application/json",
        ".map": "application/json",
        ".md": "text/markdown",
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".txt": "text/plain",
        ".wasm": "application/wasm",
        ".webp": "image/webp",
        ".woff2": "font/woff2",
    }
)
TEXTUAL = frozenset({"application/json", "image/svg+xml", "text/javascript"})


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser gets: octets, and what they are."""

    body: bytes
    content_type: str


class Pages:
    """A folder, or a mapping from paths to contents.

    Args:
        source: a folder; or for each path (``/`` or ``/app.js``) text, octets or a file.

    Raises:
        ValueError: there is no such folder, or a path doesn't begin with a slash.
    """

    def __init__(self, source: PagesLike) -> None:
        self._contents: Mapping[str, Content] = {}
        self._folder: Path | None = None
        # Without files to read: only what Python itself knows, the same on every machine.
        self._types = mimetypes.MimeTypes()
        if isinstance(source, Mapping):
            if wrong := [path for path in source if not path.startswith("/")]:
                raise ValueError(f"the path {wrong[0]!r} of a page does not begin with /")
            self._contents = dict(source)
            return
        self._folder = Path(source).resolve()
        if not self._folder.is_dir():
            raise ValueError(f"there is no folder {str(source)!r} with pages")

    def find(self, path: str) -> Page | None:
        """Return the page at a path, or None.

        Args:
            path: of the request: without the query, decoded.
        """
        content = self._contents.get(path) if self._folder is None else self._file(path)
        if content is None:
            return None
        name = content.name if isinstance(content, Path) else path
        if isinstance(content, Path):
            try:
                content = content.read_bytes()
            except OSError:
                return None
        text = isinstance(content, str)
        body = content.encode() if isinstance(content, str) else content
        return Page(body, self._type(name, text=text))

    def _file(self, path: str) -> Path | None:
        assert self._folder is not None
        if not path.startswith("/"):
            return None
        *folders, name = path.split("/")[1:]
        parts = [*folders, name or INDEX]
        if not all(map(_is_plain, parts)):
            return None
        try:
            # Resolved, so that a link is judged by where it leads.
            file = self._folder.joinpath(*parts).resolve(strict=True)
        except (OSError, ValueError):
            return None
        return file if file.is_relative_to(self._folder) and file.is_file() else None

    def _type(self, name: str, *, text: bool) -> str:
        suffix = PurePosixPath(name).suffix.lower()
        if not suffix:
            kind = "text/html" if text else UNKNOWN
        else:
            kind = TYPES.get(suffix) or self._types.guess_type(f"x{suffix}")[0] or UNKNOWN
        textual = kind.startswith("text/") or kind in TEXTUAL
        return f"{kind}; charset=utf-8" if textual else kind


def _is_plain(part: str) -> bool:
    """Whether a part of a path names a file or folder, here and on every other system."""
    return (
        bool(part)
        and not part.startswith(".")
        and not any(char in '\\:*?"<>|' or char < " " for char in part)
        and not part.endswith((".", " "))
    )
