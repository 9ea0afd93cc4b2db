"""The committed recordings are what the stage makes, to the letter."""

from pathlib import Path

import pytest

from wsdemo.lab.exercises import staging
from wsdemo.lab.exercises.traces import RECORDINGS, TRACES
from wsdemo.protocol.connection import State
from wsdemo.protocol.http import Request, Response


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    """If it does after a change of the protocol: look whether the stories are still true."""
    staging.write(tmp_path)
    written = {path.name: path.read_text(encoding="ascii") for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_text(encoding="ascii") for path in RECORDINGS.iterdir()}


def test_every_trace_is_staged() -> None:
    """One function a letter."""
    assert list(staging.STAGED) == [letter.lower() for letter in TRACES]


def test_a_play_begins_after_the_handshake() -> None:
    """Request up, response down."""
    play = staging.Play()
    request, response = play.recording.entries()
    assert isinstance(request.what, Request)
    assert isinstance(response.what, Response)
    assert (play.client.state, play.server.state) == (State.OPEN, State.OPEN)


@pytest.mark.parametrize("stage", staging.STAGED.values(), ids=staging.STAGED)
def test_times_go_up_step_by_step(stage: staging.Stage) -> None:
    """Nothing depends on when it was recorded."""
    times = [chunk.time for chunk in stage().chunks]
    assert times == pytest.approx([staging.STEP * (at + 1) for at in range(len(times))])
