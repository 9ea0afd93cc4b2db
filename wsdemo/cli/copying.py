"""Bring the notebooks of the course to a folder of the learner's, and nothing of theirs to harm.

The rule is one: a file that is not, to the byte, what this module last put there belongs to the
learner and is never written. What was put there is remembered as a hash in
`.wsdemo/course.json`; a notebook that was only run counts as changed too, since its outputs are
the learner's measurements.

    not there                          copied (so a deleted notebook comes back: ask by deleting)
    the course's present version       left
    the version last put there         replaced by the present one
    anything else, course unchanged    left
    anything else, course changed      left, and the new one put beside it: `… (new).ipynb`

Leaves out merging: which of two notebooks to go on with is for a person to say.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wsdemo.errors import LocalError

__all__ = ["Copied", "copy_course", "course"]

RECORD = Path(".wsdemo", "course.json")
# Of the repository's folder, not of the course.
_NOT_COPIED = {"conftest.py", "__pycache__"}


def course() -> Path:
    """Return the folder of the notebooks that came with this installation.

    Raises:
        LocalError: It came without any.
    """
    package = Path(__file__).resolve().parent.parent
    # In the wheel inside the package; in a clone, installed in place, beside it.
    for folder in (package / "_course" / "notebooks", package.parent / "notebooks"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise LocalError("this installation of wsdemo carries no notebooks; install it again")


@dataclass
class Copied:
    """What came of a copy: the names of files, by what was done with them."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)

    def lines(self, folder: Path) -> Iterator[str]:
        """Yield what to tell the learner; nothing where nothing was done."""
        if self.added:
            yield f"{folder}: {_files(len(self.added))} added"
        if self.updated:
            yield f"{folder}: {_files(len(self.updated))} updated, which you had not changed"
        if self.kept:
            yield f"{folder}: {_files(len(self.kept))} of yours kept as they are"
        for name, new in self.beside.items():
            yield f"{folder}: {name} is yours and kept; this version's is beside it, {new}"


def copy_course(source: Path, folder: Path) -> Copied:
    """Copy the files of the course, and keep what is the learner's.

    Args:
        source: The folder of the course.
        folder: The learner's; made if it is not there.

    Returns:
        What was done with which file.

    Raises:
        LocalError: The folder cannot be used: it is a file, or its record cannot be read.
    """
    if folder.exists() and not folder.is_dir():
        raise LocalError(f"{folder} is a file; name a folder for the course")
    if folder.exists() and folder.resolve() == source.resolve():
        return Copied()  # a clone's own notebooks, worked on in place
    record, copied = _read_record(folder), Copied()
    for path in sorted(_files_of(source)):
        name = path.relative_to(source).as_posix()
        _copy_one(path.read_bytes(), folder, name, record, copied)
    _write(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode() + b"\n")
    return copied


def _copy_one(data: bytes, folder: Path, name: str, record: dict[str, str], copied: Copied) -> None:
    mine, offered, target = _hash(data), record.get(name), folder / name
    theirs = _hash(target.read_bytes()) if target.exists() else None
    record[name] = mine
    if theirs is None:
        _write(target, data)
        copied.added.append(name)
    elif theirs == mine:
        pass
    elif theirs == offered:
        _write(target, data)
        copied.updated.append(name)
    elif offered == mine:
        copied.kept.append(name)
    else:
        beside = _free_name(target, data)
        _write(beside, data)
        copied.beside[name] = beside.name


def _free_name(target: Path, data: bytes) -> Path:
    """Return a name beside a file that is free, or holds these very bytes already."""
    number = 1
    while True:
        mark = "new" if number == 1 else f"new {number}"
        path = target.with_name(f"{target.stem} ({mark}){target.suffix}")
        if not path.exists() or path.read_bytes() == data:
            return path
        number += 1


def _files_of(source: Path) -> Iterator[Path]:
    for path in source.rglob("*"):
        parts = path.relative_to(source).parts
        hidden = any(part.startswith(".") or part in _NOT_COPIED for part in parts)
        if path.is_file() and not hidden:
            yield path


def _read_record(folder: Path) -> dict[str, str]:
    path = folder / RECORD
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        record = None
    if not isinstance(record, Mapping) or not all(isinstance(v, str) for v in record.values()):
        raise LocalError(f"{path} is damaged; delete it, and nothing of yours will be overwritten")
    return dict(record)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: a full disk must not leave half a notebook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_bytes(data)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"
