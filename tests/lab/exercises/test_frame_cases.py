"""The frames of the exercise are what they say they are, to wsdemo and to websockets alike."""

import pytest
from websockets.exceptions import ProtocolError as TheirError

from wsdemo.errors import ProtocolError
from wsdemo.lab.exercises.frame_cases import (
    AT_THE_HEADER,
    CASES,
    ILLEGAL,
    LEGAL,
    LENGTH_FAULTS,
    FrameCase,
)
from wsdemo.lab.exercises.frame_parser import read_with_websockets
from wsdemo.protocol.frames import Frame, FrameReader


def _id(case: FrameCase) -> str:
    return case.title


@pytest.mark.parametrize("case", LEGAL, ids=_id)
def test_a_legal_frame_is_read_by_wsdemo(case: FrameCase) -> None:
    """And is written again as it was."""
    parsed = Frame.parse(case.data)
    assert parsed is not None
    frame, used = parsed
    assert (frame.fin, frame.opcode, frame.payload) == case.frame
    assert used == len(case.data)
    assert frame.serialize() == case.data


@pytest.mark.parametrize("case", LEGAL, ids=_id)
def test_a_legal_frame_is_read_by_websockets(case: FrameCase) -> None:
    """Two implementations that do not know each other agree."""
    assert read_with_websockets(case.data) == case.frame


@pytest.mark.parametrize("case", ILLEGAL, ids=_id)
def test_an_illegal_frame_is_refused_by_wsdemo(case: FrameCase) -> None:
    """With the close code that the case names; the announced payload is not awaited."""
    reader = FrameReader(from_client=False)
    reader.feed(case.data)
    with pytest.raises(ProtocolError) as caught:
        reader.read()
    assert caught.value.code == case.code


@pytest.mark.parametrize("case", set(ILLEGAL) - {*LENGTH_FAULTS, *AT_THE_HEADER}, ids=_id)
def test_an_illegal_frame_is_refused_by_websockets(case: FrameCase) -> None:
    """It takes lengths that are not in the shortest form, and judges whole frames only."""
    with pytest.raises(TheirError):
        read_with_websockets(case.data)


def test_numbers_and_names_are_unique() -> None:
    """A conformance table is keyed by them."""
    numbers = [case.number for case in CASES if case.number]
    assert len(set(numbers)) == len(numbers)
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_border_of_the_length_is_there() -> None:
    """7 bits end at 125, 16 at 65,535."""
    sizes = {len(case.frame[2]) for case in LEGAL if case.frame}
    assert {0, 125, 126, 127, 65_535, 65_536} <= sizes


def test_the_frames_are_those_of_the_suite() -> None:
    """A number means the same frame in both: here one whose header breaks a rule."""
    found = {case.number: case for case in CASES}
    assert found["3.2"].data == b"\xa1\x0dHello, world!"
    assert found["23.7"].data == b"\x82\x7e\x00\x00"
    assert found["23.7"].title == "23.7 0 octets, length in 16 bits"
