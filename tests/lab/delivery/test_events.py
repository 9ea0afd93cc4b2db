"""A run and its JSON."""

import json

import pytest

from tests.lab.delivery.runs import patient
from wsdemo.lab.delivery import Event, Kind, Run, check

RUN = Run(patient((3, 2, [("cut", 1, 0), ("restart", 0, 0), ("leave", 0, 0)])).events)
SENT = {"at": 1, "kind": "sent", "who": "ann"}


def test_a_run_comes_back_as_it_was() -> None:
    """And is judged alike."""
    again = Run.from_json(RUN.to_json())
    assert again == RUN
    assert check(again).summary == check(RUN).summary


def test_an_event_is_a_line() -> None:
    """Without what it has not got, so that a run can be read."""
    event = Event(0.5, Kind.RECEIVED, "ann", "bob/1", "lobby", 0, "Grüße")
    lines = Run((event,)).to_json().splitlines()
    assert lines[0] == '{"format": 1, "events": ['
    assert json.loads(lines[1]) == {
        "at": 0.5,
        "kind": "received",
        "who": "ann",
        "message": "bob/1",
        "room": "lobby",
        "offset": 0,
        "body": "Grüße",
    }
    assert '"offset"' not in Run((Event(1, Kind.LEFT, "ann"),)).to_json()


def test_a_run_without_events_is_one() -> None:
    """It says little."""
    assert Run.from_json(Run(()).to_json()) == Run(())
    assert repr(RUN) == f"<run of {len(RUN.events)} events>"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "no recorded run of format 1"),
        ({"format": 2, "events": []}, "no recorded run of format 1"),
        ({"format": 1}, "no list of events: None"),
        ({"format": 1, "events": ["sent"]}, "no event: 'sent'"),
        ({"format": 1, "events": [{"at": 1, "kind": "sent"}]}, "no event"),
        ({"format": 1, "events": [SENT | {"colour": "red"}]}, "no event"),
        ({"format": 1, "events": [SENT | {"kind": "guessed"}]}, "guessed"),
        ({"format": 1, "events": [SENT | {"offset": "1"}]}, "offset '1' in an event"),
        ({"format": 1, "events": [SENT | {"at": True}]}, "at True in an event"),
    ],
)
def test_what_is_no_run_is_refused(document: object, words: str) -> None:
    """With what is wrong with it."""
    with pytest.raises(ValueError, match=words):
        Run.from_json(json.dumps(document))


def test_what_is_no_json_is_refused() -> None:
    """Such as half of it."""
    with pytest.raises(ValueError, match="Expecting"):
        Run.from_json(RUN.to_json()[:-5])
