"""The traces are what their stories say, to an endpoint that receives their bytes."""

import re

import pytest

from wsdemo.lab.chunks import Direction, Kind
from wsdemo.lab.entries import Fault
from wsdemo.lab.exercises.traces import CLIENT, NETWORK, SERVER, TRACES, WHO, Trace
from wsdemo.lab.recording import Recording
from wsdemo.lab.show.ladder import ladder
from wsdemo.protocol.closing import Close
from wsdemo.protocol.frames import Opcode
from wsdemo.protocol.server_endpoint import ServerEndpoint

every_trace = pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)


def _close_codes(trace: Trace) -> set[int]:
    frames = trace.tape.frames()
    return {Close.parse(frame.payload).code for frame in frames if frame.opcode is Opcode.CLOSE}


def test_six_traces_with_six_codes() -> None:
    """A learner cannot guess one from the others."""
    assert "".join(TRACES) == "ABCDEF"
    assert len({trace.code for trace in TRACES.values()}) == 6
    assert {trace.who for trace in TRACES.values()} == set(WHO)


@every_trace
def test_the_code_follows_from_the_bytes(trace: Trace) -> None:
    """It is in the close frames, or what the wire's decoder says, or stands for none."""
    faults = [e.what for e in trace.tape.entries() if isinstance(e.what, Fault)]
    if faults:
        assert [fault.code for fault in faults] == [trace.code]
    elif trace.who == NETWORK:
        assert trace.code == 1006
        assert not _close_codes(trace)
        assert {chunk.kind for chunk in trace.tape.chunks} == {Kind.DATA, Kind.CUT}
    else:
        assert _close_codes(trace) == {trace.code}


@every_trace
def test_a_faulty_frame_was_sent_by_who_failed(trace: Trace) -> None:
    """Up is the client's direction."""
    sides = {Direction.UP: CLIENT, Direction.DOWN: SERVER}
    faulty = [e for e in trace.tape.entries() if isinstance(e.what, Fault)]
    assert {sides[entry.direction] for entry in faulty} <= {trace.who}


@every_trace
def test_nothing_shown_gives_it_away(trace: Trace) -> None:
    """A code is shown only where it is in the bytes; a fault never is."""
    shown = repr(trace) + trace._repr_html_()
    assert "FAULT" not in shown
    assert (str(trace.code) in re.findall(r"\b1\d{3}\b", shown)) == (trace.code in (1009, 1011))


@every_trace
def test_a_trace_is_a_ladder(trace: Trace) -> None:
    """It displays as one, and can be handed to one."""
    assert repr(ladder(trace)) in repr(trace)
    assert trace.story in trace._repr_html_()
    assert "GET" not in repr(trace)


@every_trace
def test_nudges_do_not_tell_the_answer(trace: Trace) -> None:
    """There is none for the right code, and none has the right code in it."""
    nudges = [*trace.by_code.values(), trace.by_default]
    assert trace.code not in trace.by_code
    if trace.code != 1005:  # to tell 1005 from 1006, both must be named
        assert not any(str(trace.code) in nudge for nudge in nudges)
    assert f'"{trace.who}"' not in trace.about_who


def test_the_server_fails_the_unmasked_frame() -> None:
    """Replayed to an endpoint of our own."""
    trace, server = TRACES["A"], ServerEndpoint()
    request, frame = (e.raw for e in trace.tape.entries() if e.direction is Direction.UP)
    server.receive(request)
    server.accept()
    server.receive(frame)
    assert server.sent == Close(1002, "unmasked TEXT frame from a client")


def test_a_recording_is_small() -> None:
    """It is read in a moment, and can be read by people."""
    recording = TRACES["F"].tape
    assert isinstance(recording, Recording)
    assert recording.bytes_up + recording.bytes_down < 1_000
