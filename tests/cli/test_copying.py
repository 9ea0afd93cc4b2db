"""A copy of the course brings what is new and never touches what is the learner's."""

import json
from pathlib import Path

import pytest

from wsdemo.cli import copying
from wsdemo.cli.copying import copy_course
from wsdemo.errors import LocalError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A course of two notebooks and a picture."""
    folder = tmp_path / "course"
    (folder / "pictures").mkdir(parents=True)
    for name in ("00_run.ipynb", "02_shake.ipynb", "pictures/wire.png"):
        (folder / name).write_text(f"{name}, first version")
    return folder


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The learner's folder, which is not there yet."""
    return tmp_path / "my course"


def _names(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in files}


def test_copies_everything_at_first(source: Path, mine: Path) -> None:
    """All files with their folders, and a record of what was put there."""
    copied = copy_course(source, mine)
    assert copied.added == ["00_run.ipynb", "02_shake.ipynb", "pictures/wire.png"]
    assert _names(mine) == _names(source) | {".wsdemo/course.json"}


def test_leaves_out_what_is_no_course(source: Path, mine: Path) -> None:
    """Checkpoints, caches, the repository's own conftest and somebody's claims stay behind."""
    for name in (
        ".ipynb_checkpoints/a.ipynb",
        "conftest.py",
        "__pycache__/a.pyc",
        ".wsdemo/c.json",
    ):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).touch()
    before = {"00_run.ipynb", "02_shake.ipynb", "pictures/wire.png"}
    assert set(copy_course(source, mine).added) == before


def test_changes_nothing_the_second_time(source: Path, mine: Path) -> None:
    """Opening the course again is silent."""
    copy_course(source, mine)
    again = copy_course(source, mine)
    assert again == copying.Copied()
    assert not list(again.lines(mine))


def test_keeps_what_the_learner_changed(source: Path, mine: Path) -> None:
    """A notebook that was worked on is no more the course's."""
    copy_course(source, mine)
    (mine / "00_run.ipynb").write_text("my work")
    assert copy_course(source, mine).kept == ["00_run.ipynb"]
    assert (mine / "00_run.ipynb").read_text() == "my work"


def test_updates_what_the_learner_left_alone(source: Path, mine: Path) -> None:
    """A new version of the course replaces what is still as it was put there."""
    copy_course(source, mine)
    (source / "00_run.ipynb").write_text("second version")
    assert copy_course(source, mine).updated == ["00_run.ipynb"]
    assert (mine / "00_run.ipynb").read_text() == "second version"


def test_puts_a_new_version_beside_changed_work_once(source: Path, mine: Path) -> None:
    """Both are there to compare; a copy that the learner throws away does not come back."""
    copy_course(source, mine)
    (mine / "00_run.ipynb").write_text("my work")
    (source / "00_run.ipynb").write_text("second version")
    assert copy_course(source, mine).beside == {"00_run.ipynb": "00_run (new).ipynb"}
    assert (mine / "00_run.ipynb").read_text() == "my work"
    (mine / "00_run (new).ipynb").unlink()
    assert copy_course(source, mine).kept == ["00_run.ipynb"]
    assert not (mine / "00_run (new).ipynb").exists()


def test_work_done_in_the_new_copy_is_work_too(source: Path, mine: Path) -> None:
    """A third version goes beside both."""
    copy_course(source, mine)
    for version in ("second version", "third version"):
        (mine / "00_run.ipynb").write_text(f"my work before the {version}")
        (source / "00_run.ipynb").write_text(version)
        beside = copy_course(source, mine).beside["00_run.ipynb"]
        assert (mine / beside).read_text() == version
        (mine / beside).write_text("my work in the copy")
    assert (mine / "00_run (new).ipynb").read_text() == "my work in the copy"
    assert beside == "00_run (new 2).ipynb"


def test_never_writes_over_a_file_it_did_not_put_there(source: Path, mine: Path) -> None:
    """A file of the same name that was there before is the learner's."""
    mine.mkdir()
    (mine / "00_run.ipynb").write_text("older than the course")
    assert copy_course(source, mine).beside == {"00_run.ipynb": "00_run (new).ipynb"}
    assert (mine / "00_run.ipynb").read_text() == "older than the course"


def test_brings_a_deleted_notebook_back(source: Path, mine: Path) -> None:
    """Deleting is how one asks for a fresh copy."""
    copy_course(source, mine)
    (mine / "00_run.ipynb").unlink()
    assert copy_course(source, mine).added == ["00_run.ipynb"]


def test_keeps_a_notebook_that_the_course_no_longer_has(source: Path, mine: Path) -> None:
    """Nothing is ever deleted."""
    copy_course(source, mine)
    (source / "00_run.ipynb").unlink()
    copy_course(source, mine)
    assert (mine / "00_run.ipynb").exists()


def test_leaves_a_clones_own_notebooks_alone(source: Path) -> None:
    """Opened on the course's own folder, it copies nothing and leaves no record."""
    assert copy_course(source, source) == copying.Copied()
    assert not (source / ".wsdemo").exists()


def test_a_file_is_no_folder(source: Path, tmp_path: Path) -> None:
    """The message names what stands in the way."""
    (tmp_path / "taken").touch()
    with pytest.raises(LocalError, match="taken is a file"):
        copy_course(source, tmp_path / "taken")


@pytest.mark.parametrize("record", ["", "[1]", '{"a": 1}', "{"])
def test_a_damaged_record_stops_the_copy(source: Path, mine: Path, record: str) -> None:
    """Without the record nobody knows whose the files are, so nothing is written."""
    copy_course(source, mine)
    (mine / copying.RECORD).write_text(record)
    (source / "00_run.ipynb").write_text("second version")
    with pytest.raises(LocalError, match="is damaged; delete it"):
        copy_course(source, mine)
    assert (mine / "00_run.ipynb").read_text() == "00_run.ipynb, first version"


def test_leaves_no_half_written_file(
    source: Path, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up leaves the old file, whole."""
    copy_course(source, mine)
    (source / "00_run.ipynb").write_text("second version")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        copy_course(source, mine)
    assert (mine / "00_run.ipynb").read_text() == "00_run.ipynb, first version"
    assert _names(mine) == _names(source) | {".wsdemo/course.json"}


def test_tells_what_was_done(source: Path, mine: Path) -> None:
    """A line for each kind of thing that happened, in words."""
    copy_course(source, mine)
    (mine / "00_run.ipynb").write_text("my work")
    (source / "00_run.ipynb").write_text("second version")
    (source / "02_shake.ipynb").write_text("second version")
    (source / "03_read.ipynb").touch()
    said = "\n".join(copy_course(source, mine).lines(Path("c")))
    assert "c: 1 file added" in said
    assert "c: 1 file updated" in said
    assert "00_run.ipynb is yours and kept; this version's is beside it, 00_run (new)" in said


def test_the_record_is_readable(source: Path, mine: Path) -> None:
    """Names and hashes, in order, for whoever looks."""
    copy_course(source, mine)
    record = json.loads((mine / copying.RECORD).read_text())
    assert list(record) == ["00_run.ipynb", "02_shake.ipynb", "pictures/wire.png"]


def test_an_installation_without_notebooks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken wheel is not an empty folder for the learner."""
    monkeypatch.setattr(copying, "__file__", str(tmp_path / "wsdemo" / "cli" / "copying.py"))
    with pytest.raises(LocalError, match="carries no notebooks"):
        copying.course()


@pytest.mark.parametrize("place", ["wsdemo/_course/notebooks", "notebooks"])
def test_finds_the_notebooks_in_a_wheel_and_in_a_clone(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Inside the package once it is built, beside it in a clone."""
    monkeypatch.setattr(copying, "__file__", str(tmp_path / "wsdemo" / "cli" / "copying.py"))
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "00_run.ipynb").touch()
    assert copying.course() == tmp_path / place
