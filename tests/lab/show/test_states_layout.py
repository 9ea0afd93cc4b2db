"""Every state has a place and every arrow a way, also those that nobody planned for."""

from math import isclose

import pytest

from wsdemo.lab.show.states_layout import PLACES, Arrow, arrows, boxes, extent
from wsdemo.protocol.connection import TRANSITIONS, Cue, State

NO_PLACE = {
    (State.OPEN, Cue.END): "LOST",
    ("LOST", Cue.ACCEPT): State.OPEN,
    ("LOST", Cue.END): "GONE",
}


def test_every_state_has_a_place_of_its_own() -> None:
    """And no two are at the same one."""
    placed = boxes(TRANSITIONS)
    assert set(placed) == set(State) == set(PLACES)
    assert len({box.center for box in placed.values()}) == len(State)


def test_every_transition_is_in_a_box_or_on_an_arrow() -> None:
    """Once."""
    inside = [(box.state, cue) for box in boxes(TRANSITIONS).values() for cue in box.stays]
    on_arrows = [(arrow.source.state, cue) for arrow in arrows(TRANSITIONS) for cue in arrow.cues]
    assert sorted(map(str, inside + on_arrows)) == sorted(map(str, TRANSITIONS))


def test_a_state_without_a_place_is_drawn_all_the_same() -> None:
    """Below the others, and the window is large enough."""
    placed = boxes(NO_PLACE)  # type: ignore[arg-type]
    lost, gone = placed["LOST"], placed["GONE"]  # type: ignore[index]
    assert lost.center != gone.center
    assert extent(placed.values())[2] <= lost.bottom
    assert len(arrows(NO_PLACE)) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("arrow", arrows(TRANSITIONS), ids=lambda arrow: str(arrow.cues))
def test_an_arrow_runs_from_edge_to_edge(arrow: Arrow) -> None:
    """It begins on the outline of one box and ends on that of the other."""
    for box, point in ((arrow.source, arrow.points[0]), (arrow.target, arrow.points[-1])):
        x, y = abs(point[0] - box.center[0]), abs(point[1] - box.center[1])
        assert isclose(y, box.height / 2) or isclose(x, 0.85)


def test_boxes_do_not_overlap() -> None:
    """With the cues inside them."""
    placed = list(boxes(TRANSITIONS).values())
    for box in placed:
        others = [other for other in placed if other is not box]
        beside = [abs(box.center[0] - other.center[0]) >= 1.9 for other in others]
        above = [abs(box.center[1] - other.center[1]) > 1.5 for other in others]
        assert all(left or up for left, up in zip(beside, above, strict=True))


def test_labels_stand_beside_each_other() -> None:
    """None hides another one."""
    places = [arrow.label_at for arrow in arrows(TRANSITIONS)]
    assert len(set(places)) == len(places)
