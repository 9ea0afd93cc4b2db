"""The picture holds every transition, and touches nobody's matplotlib."""

import subprocess
import sys
from typing import cast

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from tests.lab.show.test_theme import contrast
from wsdemo.lab.show import states_figure
from wsdemo.lab.show.states import states
from wsdemo.lab.show.states_figure import Emphasis, draw, png
from wsdemo.protocol.connection import TRANSITIONS, Cue, State

WORDS = {cue: cue.name.lower() for cue in Cue}


def figure(emphasis: Emphasis = Emphasis()) -> Figure:  # noqa: B008 - frozen
    """Draw the table."""
    return draw(TRANSITIONS, WORDS, "title", emphasis)


def labels(drawn: Figure) -> dict[str, Text]:
    """Find the texts that belong to a state or a transition, by its name."""
    texts = drawn.findobj(lambda artist: isinstance(artist, Text) and bool(artist.get_gid()))
    return {str(text.get_gid()): cast(Text, text) for text in texts}


@pytest.mark.parametrize(
    ("step", "target"), TRANSITIONS.items(), ids=lambda key: "-".join(map(str, [key]))
)
def test_every_transition_is_drawn(step: tuple[State, Cue], target: State) -> None:
    """With its word, under the name of the transition."""
    label = labels(figure())[f"{step[0].name} {step[1].name} {target.name}"]
    assert WORDS[step[1]] in label.get_text()


def test_nothing_else_is_drawn() -> None:
    """As many labels as there are transitions and states."""
    assert len(labels(figure())) == len(TRANSITIONS) + len(State)


def test_labels_do_not_cover_each_other() -> None:
    """Not even by a little."""
    drawn = figure()
    texts = list(labels(drawn).values())
    boxes = [text.get_window_extent() for text in texts]
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[index + 1 :]), texts[index]


def test_what_is_emphasised_stands_out() -> None:
    """In bold, not in colour alone."""
    step = (State.OPEN, Cue.SEND_CLOSE)
    found = labels(figure(Emphasis([State.OPEN], [step])))
    assert found["OPEN SEND_CLOSE LOCAL_CLOSING"].get_fontweight() == "bold"
    assert found["OPEN RECEIVE_CLOSE REMOTE_CLOSING"].get_fontweight() == "normal"


def test_the_picture_is_the_same_twice() -> None:
    """No date and no version in it, so that a notebook does not change by itself."""
    first, size = png(figure())
    assert first == png(figure())[0]
    assert first.startswith(b"\x89PNG")
    assert b"Software" not in first
    assert 800 <= size["width"] <= 1100


@pytest.mark.parametrize("name", ["INK", "SENT", "RECEIVED", "FAILED", "ENDED"])
def test_words_are_legible_on_the_card(name: str) -> None:
    """WCAG's 4.5:1."""
    ink, card = (
        bytes.fromhex(text[1:]) for text in (getattr(states_figure, name), states_figure.CARD)
    )
    assert contrast((ink[0], ink[1], ink[2]), (card[0], card[1], card[2])) >= 4.5


def test_a_learners_style_is_neither_used_nor_changed() -> None:
    """No pyplot is imported, and a dark style changes not a byte."""
    code = (
        "import sys, matplotlib\n"
        "from wsdemo.lab.show import states\n"
        "before = states()._repr_png_()[0]\n"
        "matplotlib.rcParams.update({'text.color': 'red', 'figure.facecolor': 'black',\n"
        "    'font.size': 30, 'savefig.bbox': 'tight', 'figure.dpi': 50, 'lines.linewidth': 9})\n"
        "kept = matplotlib.rcParams.copy()\n"
        "assert states()._repr_png_()[0] == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "names = set(kept) - {'backend'}  # looked up, it is chosen\n"
        "assert all(matplotlib.rcParams[name] == kept[name] for name in names)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_role_says_it_in_its_own_words() -> None:
    """On the arrow, too."""
    label = labels(states(role="server").figure())["CONNECTING ACCEPT OPEN"]
    assert label.get_text() == "send 101"
