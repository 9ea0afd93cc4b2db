"""Entries become steps; what repeats is gathered, and only what was swallowed is lost."""

import pytest

from tests.lab.show.samples import DOWN, HELLO, REQUEST, UP, conversation, entry, opening, text
from wsdemo.lab.chunks import Kind
from wsdemo.lab.entries import Body, End, Entry, Fault, Opaque, What
from wsdemo.lab.show.ladder_steps import Arrived, Fold, Look, Mark, Shape, Step, fold, steps
from wsdemo.protocol.frames import Frame, Opcode


def made(
    entries: list[Entry],
    arrived: Arrived | None = None,
    *,
    times: bool = False,
    mark: tuple[Mark, ...] = (),
    hide: bool = True,
) -> list[Step]:
    """Make steps of entries."""
    return steps(entries, arrived, times=times, mark=mark, hide=hide)


def labels(folds: list[Fold]) -> list[tuple[int, str]]:
    """Write folds as counts and letters."""
    return [(one.times, "".join(step.label[0][6] for step in one.steps)) for one in folds]


@pytest.mark.parametrize(
    ("what", "look"),
    [
        (Frame(Opcode.TEXT), Look.DATA),
        (Frame(Opcode.CONTINUATION), Look.DATA),
        (Frame(Opcode.PONG), Look.PING),
        (Frame(Opcode.CLOSE), Look.CLOSE),
        (Fault("reserved opcode 0x3"), Look.FAULT),
        (End(Kind.REFUSED), Look.FAULT),
        (End(Kind.RESET), Look.END),
        (Body(b"no"), Look.OTHER),
        (Opaque("TLS", b""), Look.OTHER),
    ],
)
def test_every_kind_of_entry_has_its_look(what: What, look: Look) -> None:
    """And a colour with it."""
    (step,) = made([entry(UP, what)])
    assert step.look is look
    assert step.look.hue is look.value


def test_a_head_is_a_block_of_lines() -> None:
    """With what varies veiled, unless it may be seen."""
    veiled, open_ = made(opening())[0], made(opening(), hide=False)[0]
    assert veiled.label[:2] == ("GET /chat HTTP/1.1", "Host: 127.0.0.1:…")
    assert open_.label == tuple(REQUEST.decode().strip().split("\r\n"))


@pytest.mark.parametrize(
    ("kind", "shape", "ends"),
    [
        (Kind.EOF, Shape.WHOLE, True),
        (Kind.RESET, Shape.WHOLE, True),
        (Kind.CUT, Shape.MIDWAY, False),
        (Kind.BROKEN, Shape.MIDWAY, False),
        (Kind.HALF_OPEN, Shape.LOST, False),
        (Kind.REFUSED, Shape.LOST, False),
        (Kind.FULL, Shape.LOST, False),
    ],
)
def test_an_end_shows_who_ended(kind: Kind, shape: Shape, ends: bool) -> None:
    """An endpoint, or the wire in its place, of which it knows nothing."""
    (step,) = made([entry(UP, End(kind))])
    assert (step.shape, step.ends) == (shape, ends)


def test_what_a_half_open_peer_sends_is_lost() -> None:
    """In that direction only."""
    entries = [text("a"), entry(UP, End(Kind.HALF_OPEN)), text("b"), text("c", DOWN)]
    shapes = [step.shape for step in made(entries, {entries[0]: 0.0}.get)]
    assert shapes == [Shape.WHOLE, Shape.LOST, Shape.LOST, Shape.WHOLE]


def test_what_is_under_way_is_not_called_lost() -> None:
    """It may arrive while the ladder is drawn, and a ladder must not depend on that."""
    entries = [text("a"), text("b")]
    assert made(entries, {entries[0]: 0.0}.get)[1].shape is Shape.WHOLE


def test_a_recording_without_arrivals_cannot_tell_what_was_lost() -> None:
    """It was written by hand; the end that the wire made begins on the way all the same."""
    entries = [text("a"), entry(UP, End(Kind.CUT))]
    shapes = [step.shape for step in made(entries, lambda _: None)]
    assert shapes == [Shape.WHOLE, Shape.MIDWAY]


def test_times_are_there_when_asked_for() -> None:
    """When it was sent, and when it arrived."""
    sent = entry(UP, HELLO, time=1.0)
    assert made([sent], lambda found: found.time + 0.5, times=True)[0].arrived == 1.5
    assert made([sent], lambda found: found.time + 0.5)[0].sent is None


@pytest.mark.parametrize(("mark", "marked"), [(3, [3]), ("Pong", [3]), ("0x3", [5]), (99, [])])
def test_marks_are_numbers_or_words(mark: Mark, marked: list[int]) -> None:
    """Of the entry as it prints."""
    found = made(conversation(), mark=(mark,))
    assert [index for index, step in enumerate(found) if step.marked] == marked


@pytest.mark.parametrize(
    ("sent", "folded"),
    [
        ("ab", [(1, "a"), (1, "b")]),
        ("aa", [(1, "a"), (1, "a")]),
        ("aaa", [(3, "a")]),
        ("abab", [(1, "a"), (1, "b"), (1, "a"), (1, "b")]),
        ("xabababy", [(1, "x"), (3, "ab"), (1, "y")]),
        ("abcabcabc", [(3, "abc")]),
        ("aaaaaaaaaaaa", [(12, "a")]),
        ("aaabaaab", [(3, "a"), (1, "b"), (3, "a"), (1, "b")]),
        ("", []),
    ],
)
def test_repeats_are_folded(sent: str, folded: list[tuple[int, str]]) -> None:
    """From three times on, up to four steps at a time, and nothing is lost."""
    assert labels(list(fold(made([text(letter) for letter in sent])))) == folded


def test_what_is_marked_stands_alone() -> None:
    """A reader is to see it."""
    found = fold(made([text("a")] * 5, mark=(2,)))
    assert labels(list(found)) == [(1, "a")] * 5


def test_a_label_is_one_safe_line() -> None:
    """What a peer sent moves no cursor."""
    (step,) = made([entry(UP, Fault("bad\n\x1b[31m"))])
    assert step.label == (r"✗ FAULT bad \x1b[31m",)
