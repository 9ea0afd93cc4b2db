"""Predictions and claims, kept beside the notebook."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wsdemo import lab
from wsdemo.lab.kernel import session
from wsdemo.lab.store import Store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A learner's folder with nothing in it, and the second notebook open."""
    monkeypatch.delenv("WSDEMO_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    session.cache_clear()
    lab.begin("02_shake_hands_by_hand")
    yield tmp_path / ".wsdemo"
    session.cache_clear()


def _records(folder: Path) -> list[dict[str, object]]:
    return Store(folder / "claims.json", ["text"]).all()


def test_a_prediction_is_kept_and_then_its_measurement(folder: Path) -> None:
    """One record, in which the answer takes its place."""
    prediction = lab.predict("How many bytes?", 10, "bytes")
    record = {
        "kind": "prediction",
        "notebook": "02_shake_hands_by_hand",
        "text": "How many bytes?",
        "guess": 10,
        "unit": "bytes",
    }
    assert _records(folder) == [{**record, "measured": None}]
    prediction.measured(8)
    assert _records(folder) == [{**record, "measured": 8}]


@pytest.mark.parametrize("blank", [None, ...])
def test_a_blank_is_no_guess_yet(blank: object) -> None:
    """A notebook with open questions runs through."""
    prediction = lab.predict("How many bytes?", blank, "bytes")
    assert repr(prediction).endswith("no guess yet")
    assert repr(prediction.measured(8)) == "measured 8 bytes; you made no guess"


def test_a_claim_that_is_measured_again_takes_its_own_place(folder: Path) -> None:
    """Keyed by notebook and text: another notebook may claim the same."""
    lab.claim("It is small.", said_by="A", measured=5, high=9)
    lab.claim("It is small.", said_by="A", measured=10, high=9)
    lab.begin("03_read_and_write_frames")
    lab.claim("It is small.", said_by="A", measured=7, high=9)
    kept = [(each["notebook"], each["measured"]) for each in _records(folder)]
    assert kept == [("02_shake_hands_by_hand", 10), ("03_read_and_write_frames", 7)]


def test_a_prediction_and_a_claim_with_the_same_words_are_two(folder: Path) -> None:
    """A learner may guess what a claim is about."""
    lab.predict("It is small.", 3)
    lab.claim("It is small.", said_by="A", measured=5, high=9)
    assert [each["kind"] for each in _records(folder)] == ["prediction", "claim"]


def test_the_table_of_claims_goes_by_notebook() -> None:
    """Claimed, source, measured here, verdict; predictions are nobody's claim."""
    lab.predict("How many?", 3)
    lab.claim("Frames are small.", said_by="RFC 6455", measured=6, low=2, high=14, unit="bytes")
    lab.begin("00_run_a_server_in_a_notebook")
    lab.claim("It closes cleanly.", said_by="A talk", measured="1006", exact="1000")
    assert repr(lab.claims()).splitlines() == [
        "  claimed             source    measured here  verdict",
        "  ──────────────────  ────────  ─────────────  ──────────────────",
        "✗ It closes cleanly.  A talk    1006           does not hold here",
        "✓ Frames are small.   RFC 6455  6 bytes        holds here",
    ]


def test_the_table_may_be_of_one_notebook() -> None:
    """Its own claims, at the end of a notebook."""
    lab.claim("It is small.", said_by="A", measured=5, high=9)
    lab.begin("03_read_and_write_frames")
    lab.claim("It is fast.", said_by="B", measured=5, high=9)
    assert [row[0] for row in lab.claims("03_read_and_write_frames").rows] == ["It is fast."]
    assert len(lab.claims().rows) == 2


def test_without_claims_the_table_is_empty(folder: Path) -> None:
    """And reading it makes no folder."""
    assert lab.claims().rows == []
    assert not folder.exists()


def test_what_is_refused_is_not_kept(folder: Path) -> None:
    """A claim with an empty band never was one."""
    with pytest.raises(ValueError, match="no value is in the band from 3 to 1"):
        lab.claim("It is small.", said_by="A", measured=2, low=3, high=1)
    with pytest.raises(ValueError, match="low is nan"):
        lab.claim("It is small.", said_by="A", measured=2, low=float("nan"))
    assert not folder.exists()


def test_a_record_that_was_edited_into_nonsense_is_left_out(folder: Path) -> None:
    """It stays in the file, and that is said."""
    lab.claim("It is small.", said_by="A", measured=5, high=9)
    store = Store(folder / "claims.json", ["text"])
    store.put({"kind": "claim", "text": "It is large.", "measured": 5})
    with pytest.warns(UserWarning, match=r"left out of the table: 'It is large.'"):
        table = lab.claims()
    assert [row[0] for row in table.rows] == ["It is small."]


def test_the_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the caller, or by WSDEMO_HOME for a whole run of tests."""
    lab.claim("It is small.", said_by="A", measured=5, high=9, folder=tmp_path / "mine")
    lab.predict("How many?", 3, folder=tmp_path / "mine").measured(4)
    monkeypatch.setenv("WSDEMO_HOME", str(tmp_path / "ours"))
    lab.claim("It is fast.", said_by="A", measured=5, high=9)
    assert len(lab.claims(folder=tmp_path / "mine").rows) == 1
    assert [row[0] for row in lab.claims().rows] == ["It is fast."]
    assert len(_records(tmp_path / "mine")) == 2


def test_a_notebook_without_a_name_keeps_its_claims_too(folder: Path) -> None:
    """Nobody called begin(): a script, or a cell that was left out."""
    session.cache_clear()
    lab.claim("It is small.", said_by="A", measured=5, high=9)
    assert _records(folder)[0]["notebook"] == "(no notebook)"
