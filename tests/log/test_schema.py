"""Whose file it is, and how it is opened."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from wsdemo.log.errors import NotOpened
from wsdemo.log.schema import Synchronous, connect, statements


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize(("synchronous", "level"), [("FULL", 2), ("NORMAL", 1)])
def test_a_file_is_in_wal_mode(tmp_path: Path, synchronous: Synchronous, level: int) -> None:
    """As durable as was asked for, when it is new and when it isn't."""
    for _ in range(2):
        with closing(connect(tmp_path / "log.db", synchronous, 0)) as connection:
            assert _pragma(connection, "journal_mode") == "wal"
            assert _pragma(connection, "synchronous") == level
            assert _pragma(connection, "fullfsync") == (synchronous == "FULL")
    assert [path.name for path in tmp_path.iterdir()] == ["log.db"]


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    """An older program would not know what it breaks."""
    path = tmp_path / "log.db"
    with closing(connect(path, "FULL", 0)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(NotOpened, match=r"version 2, and this wsdemo knows version 1: a newer"):
        connect(path, "FULL", 0)
    assert path.read_bytes() == before


def test_somebody_elses_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """No tables are added to it, and it isn't put into WAL mode."""
    path = tmp_path / "cookies.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cookies (name)")
    before = path.read_bytes()
    with pytest.raises(NotOpened, match="is a database, but not a log of wsdemo"):
        connect(path, "FULL", 0)
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """The words are SQLite's, the path is ours."""
    path = tmp_path / "notes.txt"
    path.write_bytes(b"Milk, bread, and a dozen of eggs." * 99)
    with pytest.raises(NotOpened, match=r"notes\.txt can't be opened as a log: .*not a database"):
        connect(path, "FULL", 0)
    assert path.read_bytes().startswith(b"Milk")


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    """It isn't made: the name may be a typing error."""
    with pytest.raises(NotOpened, match=r"nowhere.log\.db can't be opened"):
        connect(tmp_path / "nowhere" / "log.db", "FULL", 0)


def test_a_file_in_use_is_refused(tmp_path: Path) -> None:
    """Subscriptions hear of appends from this process only, so there is one."""
    path = tmp_path / "log.db"
    with (
        closing(connect(path, "FULL", 0)),
        pytest.raises(NotOpened, match="database is locked"),
    ):
        connect(path, "FULL", 0)
    connect(path, "FULL", 0).close()


def test_an_old_sqlite_gets_tables_that_are_not_strict() -> None:
    """STRICT came with 3.37.0; the statements without it are valid, too."""
    assert sum("STRICT" in statement for statement in statements((3, 37, 0))) == 2
    old = statements((3, 36, 0))
    assert not any("STRICT" in statement for statement in old)
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in old:
            connection.execute(statement)
        assert _pragma(connection, "user_version") == 1


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="SQLite without STRICT")
def test_a_column_takes_its_type_only() -> None:
    """An offset that is text would sort after all numbers."""
    insert = "INSERT INTO rooms (name, first, last) VALUES ('lobby', 1, 'ten')"
    with (
        closing(connect(None, "FULL", 0)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"),
    ):
        connection.execute(insert)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("room = 1 AND offset BETWEEN 5 AND 9 ORDER BY offset", "(room=? AND offset>? AND offset<"),
        ("room = 1 AND client_id = 'a' AND client_seq = 1", "client_id=? AND client_seq=?"),
    ],
)
def test_no_question_takes_a_scan(query: str, index: str) -> None:
    """Reading in order, and deduplication, go by an index; nothing is sorted."""
    with closing(connect(None, "FULL", 0)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM entries WHERE {query}")
        plan = " ".join(row[3] for row in rows)
    assert plan.startswith("SEARCH")
    assert index in plan
    assert "TEMP B-TREE" not in plan
