"""Records in a file that notebooks share."""

import json
import multiprocessing
import sys
from pathlib import Path

import pytest

from wsdemo.lab.store import Store, home


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that isn't there yet, in a folder that isn't either."""
    return tmp_path / "kept" / "claims.json"


@pytest.fixture
def store(path: Path) -> Store:
    """A store whose records are known by their text."""
    return Store(path, ["text"])


def test_an_empty_store_leaves_nothing_behind(store: Store, path: Path) -> None:
    """To read isn't to write."""
    assert store.all() == []
    assert not path.parent.exists()


def test_what_is_put_is_there_for_the_next(store: Store, path: Path) -> None:
    """Another kernel, another day; letters beyond ASCII included."""
    store.put({"text": "2–14 bytes", "value": 1.5})
    assert Store(path, ["text"]).all() == [{"text": "2–14 bytes", "value": 1.5}]
    assert "2–14 bytes" in path.read_text(encoding="utf-8")


def test_the_same_key_replaces_in_place(store: Store) -> None:
    """A cell that is run again leaves one record, where the first one was."""
    for text, value in [("a", 1), ("b", 2), ("a", 3)]:
        store.put({"text": text, "value": value})
    assert store.all() == [{"text": "a", "value": 3}, {"text": "b", "value": 2}]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (b'{"format": 1, "records": [', "Expecting value"),
        (b"\xff\xfe", "can't decode byte 0xff"),
        (b"[]", "not of format 1"),
        (b'{"format": 2, "records": []}', "not of format 1"),
        (b'{"format": 1}', "no list of records"),
        (b'{"format": 1, "records": [3]}', "no list of records"),
    ],
)
def test_a_file_that_cannot_be_read_is_set_aside(
    store: Store, path: Path, content: bytes, why: str
) -> None:
    """Nothing is lost, and nobody is kept from working."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.warns(UserWarning, match=r"claims.json could not be read \(.*it is now") as told:
        store.put({"text": "a"})
    assert why in str(told[0].message)
    assert store.all() == [{"text": "a"}]
    assert (path.parent / "claims.unreadable-1.json").read_bytes() == content


def test_what_was_set_aside_stays(store: Store, path: Path) -> None:
    """A second accident doesn't overwrite the first."""
    path.parent.mkdir()
    for content in [b"first", b"second"]:
        path.write_bytes(content)
        with pytest.warns(UserWarning, match="it is now claims.unreadable"):
            assert store.all() == []
    asides = sorted(path.parent.glob("claims.unreadable-*.json"))
    assert [each.read_bytes() for each in asides] == [b"first", b"second"]


def test_a_write_that_fails_leaves_the_old_file(store: Store, path: Path) -> None:
    """The file is replaced as a whole, or not at all."""
    store.put({"text": "a"})
    before = path.read_bytes()
    with pytest.raises(TypeError, match="not JSON serializable"):
        store.put({"text": object()})
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_costs_the_record_only(tmp_path: Path) -> None:
    """The cell goes on, and says what was not kept."""
    (tmp_path / "kept").write_text("a file where a folder should be")
    store = Store(tmp_path / "kept" / "claims.json", ["text"])
    with pytest.warns(UserWarning, match="not kept in claims.json: .* exists"):
        store.put({"text": "a"})


def _put_many(path: Path, name: str) -> None:
    for number in range(20):
        Store(path, ["text"]).put({"text": f"{name}{number}"})


def test_two_notebooks_take_turns(path: Path) -> None:
    """Neither loses what the other put meanwhile."""
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_put_many, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(Store(path, ["text"]).all()) == 40
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == 1


def test_home_is_beside_the_notebook_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller's wish first, then the variable, then the notebook's folder, then this one."""
    monkeypatch.delenv("WSDEMO_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert home() == tmp_path / ".wsdemo"
    assert home(beside=Path("course")) == Path("course/.wsdemo")
    monkeypatch.setenv("WSDEMO_HOME", "elsewhere")
    assert home(beside=Path("course")) == Path("elsewhere")
    assert home("wish") == Path("wish")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work another way there")
def test_a_store_can_be_read_where_nothing_can_be_written(store: Store, path: Path) -> None:
    """A course that was unpacked by somebody else still shows its claims."""
    store.put({"text": "a"})
    path.with_suffix(".lock").unlink()
    path.with_suffix(".lock").mkdir()  # stands for no permission, which root always has
    assert store.all() == [{"text": "a"}]
