"""The state diagram as a learner gets it: a table in text, a picture from the same table."""

import subprocess
import sys

import pytest

from wsdemo.lab.show.states import Item, StateDiagram, states
from wsdemo.protocol.connection import TRANSITIONS, Cue, State


def test_the_table_lists_every_transition() -> None:
    """To the letter, from the table that the code runs on."""
    rows = repr(states()).splitlines()[2:]
    listed = {
        (source, cue.strip().upper().replace(" ", "_"), target)
        for source, cues, target in (
            [part for part in row.split("  ") if part.strip()] for row in rows
        )
        for cue in cues.split(",")
    }
    expected = {(state.name, cue.name, then.name) for (state, cue), then in TRANSITIONS.items()}
    assert {(a, b, c.strip()) for a, b, c in listed} == expected


def test_the_table_is_short() -> None:
    """Cues that lead the same way share a row."""
    lines = repr(states()).splitlines()
    assert lines[0] == (
        "state           cue                                               next state"
    )
    assert lines[2] == "CONNECTING      accept                                            OPEN"
    assert len(lines) < 20


def test_what_stands_out_has_a_sign() -> None:
    """A state marks all its rows, a transition one."""
    marked = [line for line in repr(states(State.DRAINING)).splitlines() if "▸" in line]
    assert all(line.startswith("▸ DRAINING") for line in marked)
    one = repr(states((State.OPEN, Cue.SEND_CLOSE)))
    assert one.count("▸") == 1
    assert "▸ OPEN          send close" in one


def test_several_things_can_stand_out() -> None:
    """A path, for instance."""
    path: list[Item] = [State.CONNECTING, (State.OPEN, Cue.FAIL)]
    assert repr(states(path)).count("▸") == 4


def test_a_transition_that_does_not_exist_is_named() -> None:
    """Better than a picture without it."""
    with pytest.raises(ValueError, match="no transition from CLOSED by ACCEPT"):
        states((State.CLOSED, Cue.ACCEPT))


def test_an_unknown_role_is_named() -> None:
    """There are two."""
    with pytest.raises(ValueError, match="'proxy'"):
        states(role="proxy")  # type: ignore[arg-type]


def test_a_role_has_its_own_words() -> None:
    """For the opening handshake, which differs."""
    assert "send 101" in repr(states(role="server"))
    assert "receive 101" in repr(states(role="client"))


def test_the_picture_comes_with_its_size() -> None:
    """It is drawn twice as dense as shown."""
    data, size = states()._repr_png_()
    width = int.from_bytes(data[16:20], "big")
    assert width == 2 * size["width"]


def test_another_table_makes_another_diagram() -> None:
    """Nothing is copied by hand."""
    small = StateDiagram({(State.OPEN, Cue.END): State.CLOSED})
    assert repr(small).splitlines()[2:] == ["OPEN   end  CLOSED"]


def test_matplotlib_waits_until_it_is_needed() -> None:
    """The plain form, and the other displays, do without."""
    code = (
        "import sys; from wsdemo.lab.show import states; repr(states());"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
