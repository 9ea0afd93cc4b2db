"""Who is here: once per person, and not flickering."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.scratch.clock import HandClock
from wsdemo.apps.chat.messages import PresenceName
from wsdemo.apps.chat.presence import Pace, Presence

ADA, BOB = 1, 2
PACE = Pace(grace=5, patience=60, batch=1)


class Scene:
    """A room's presence, its clock, and what it has told."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.told: list[dict[int, PresenceName]] = []
        self.presence = Presence(self.clock, self.tell, PACE)

    def tell(self, changes: Mapping[int, PresenceName]) -> None:
        """Note what was told."""
        self.told.append(dict(changes))

    def news(self, seconds: float) -> list[dict[int, PresenceName]]:
        """Let time pass, and return what was told."""
        self.told.clear()
        self.clock.advance(seconds)
        return self.told


@pytest.fixture
def scene() -> Scene:
    """Return a room in which Ada is, on one connection."""
    scene = Scene()
    scene.presence.come(ADA)
    assert scene.news(1) == [{ADA: "here"}]
    return scene


def test_who_vanishes_is_away_and_then_gone(scene: Scene) -> None:
    """After the grace period, and after the patience."""
    scene.presence.lose(ADA)
    assert scene.news(4.9) == []
    assert scene.news(2) == [{ADA: "away"}]
    assert scene.presence.people == {ADA: "away"}
    assert scene.news(58) == []
    assert scene.news(3) == [{ADA: "gone"}]
    assert scene.presence.people == {}


def test_a_quick_reconnect_is_not_seen(scene: Scene) -> None:
    """Nobody flickers."""
    scene.presence.lose(ADA)
    assert scene.news(4) == []
    scene.presence.come(ADA)
    assert scene.news(1_000) == []
    assert scene.presence.people == {ADA: "here"}


def test_who_was_away_is_here_again(scene: Scene) -> None:
    """And is not gone when the time is over that ran before."""
    scene.presence.lose(ADA)
    scene.news(30)
    scene.presence.come(ADA)
    assert scene.news(1_000) == [{ADA: "here"}]


def test_a_person_is_here_as_long_as_one_tab_is(scene: Scene) -> None:
    """Once per person, not per tab."""
    scene.presence.come(ADA)
    assert scene.news(1) == []
    scene.presence.lose(ADA)
    assert scene.news(1_000) == []
    scene.presence.lose(ADA)
    assert scene.news(1_000) == [{ADA: "away"}, {ADA: "gone"}]


def test_who_leaves_is_gone_at_once(scene: Scene) -> None:
    """With the last tab."""
    scene.presence.come(ADA)
    scene.presence.leave(ADA)
    assert scene.news(1) == []
    scene.presence.leave(ADA)
    assert scene.news(1) == [{ADA: "gone"}]
    assert scene.clock.pending == 0


def test_who_leaves_after_all_is_not_waited_for(scene: Scene) -> None:
    """Unless there is a connection that is still here."""
    scene.presence.forget(ADA)
    assert scene.news(1) == []
    scene.presence.lose(ADA)
    scene.presence.forget(ADA)
    assert scene.news(1_000) == [{ADA: "gone"}]
    assert scene.clock.pending == 0


def test_who_is_put_out_is_gone_with_all_tabs(scene: Scene) -> None:
    """Their connections, when they end, are nobody's any more."""
    scene.presence.come(ADA)
    scene.presence.remove(ADA)
    scene.presence.lose(ADA)
    scene.presence.leave(ADA)
    assert scene.news(1_000) == [{ADA: "gone"}]


def test_changes_are_told_together(scene: Scene) -> None:
    """The last of each person."""
    for person in (BOB, 3, 4):
        scene.presence.come(person)
    scene.presence.leave(4)
    assert scene.news(1) == [{BOB: "here", 3: "here", 4: "gone"}]
    assert len(scene.presence) == 3


def test_a_room_that_is_closed_tells_nothing_more(scene: Scene) -> None:
    """And leaves no timer."""
    scene.presence.come(BOB)
    scene.presence.lose(ADA)
    scene.presence.close()
    assert scene.clock.pending == 0
    assert scene.news(1_000) == []
