"""A small file of JSON records, shared by every notebook of a folder.

Each record has a key; a new one with the same key takes the place of the old one, so a cell that
is run again leaves one record, not two. A write replaces the file as a whole, and two notebooks
take turns. A file that can't be read is set aside under another name, and that is said.

Leaves out size: it is read and written whole, for some hundreds of records.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Record", "Store", "home"]

Record: TypeAlias = dict[str, Any]

FORMAT = 1


class _Unreadable(Exception):
    """The file is not what we wrote; the message says how."""


def home(folder: Path | str | None = None, beside: Path | None = None) -> Path:
    """Find the folder that holds what is ours to remember.

    Args:
        folder: what the caller wants, above all else.
        beside: the folder of the notebook; None for the working directory.

    Returns:
        `folder`; or the one that the variable WSDEMO_HOME names; or ``.wsdemo`` beside the
        notebook.
    """
    chosen = folder or os.environ.get("WSDEMO_HOME")
    return Path(chosen) if chosen else (beside or Path.cwd()) / ".wsdemo"


class Store:
    """Records in one file.

    Args:
        path: of the file; it and its folder are made when something is put in.
        key: the names of the fields which make a record the same one.
    """

    def __init__(self, path: Path, key: Sequence[str]) -> None:
        self._path = path
        self._key = tuple(key)

    def all(self) -> list[Record]:
        """Return every record, in the order in which they were first put."""
        if not self._path.exists():
            return []
        with self._locked():
            return self._read()

    def put(self, record: Record) -> None:
        """Keep a record, in the place of the one with the same key.

        A folder that can't be written to costs the record, and a warning; not the cell.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._write(self._merged(self._read(), record))
        except OSError as error:
            warnings.warn(f"not kept in {self._path.name}: {error.strerror}", stacklevel=3)

    def _merged(self, records: list[Record], record: Record) -> list[Record]:
        """Keep the order, so that a table doesn't jump about when a cell is run again."""
        same = [self._same(each, record) for each in records]
        if any(same):
            return [record if hit else each for hit, each in zip(same, records, strict=True)]
        return [*records, record]

    def _same(self, one: Record, other: Record) -> bool:
        return all(one.get(name) == other.get(name) for name in self._key)

    def _read(self) -> list[Record]:
        try:
            return _parse(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except _Unreadable as error:
            aside = self._set_aside()
            words = f"{self._path.name} could not be read ({error})"
            warnings.warn(f"{words}; it is now {aside.name}, and a new one begins", stacklevel=4)
            return []

    def _set_aside(self) -> Path:
        """Rename the file to a free name beside it."""
        number = 1
        while (aside := self._path.with_suffix(f".unreadable-{number}.json")).exists():
            number += 1
        return self._path.rename(aside)

    def _write(self, records: list[Record]) -> None:
        """Replace the file in one step: whoever reads sees the old one or the new one."""
        text = json.dumps({"format": FORMAT, "records": records}, indent=1, ensure_ascii=False)
        new = self._path.with_suffix(".new")
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(self._path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other notebooks out. The system gives the lock back if this process is killed."""
        try:
            file = self._path.with_suffix(".lock").open("ab")
        except OSError:  # a folder that can't be written to: there is nobody to keep out
            yield
            return
        with file:
            _lock(file.fileno())
            yield  # closing the file gives the lock back


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _parse(content: bytes) -> list[Record]:
    try:
        document = json.loads(content.decode("utf-8"))
    except ValueError as error:  # of JSON or of UTF-8
        raise _Unreadable(str(error)) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _Unreadable(f"not of format {FORMAT}")
    records = document.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise _Unreadable("no list of records")
    return records
