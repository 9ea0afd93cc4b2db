"""The states of a connection as a diagram, drawn from the table that the code runs on.

Leaves out everything that is not in `wsdemo.protocol.connection.TRANSITIONS`: what the states
mean stands there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from wsdemo.lab.show.table import Table
from wsdemo.protocol.connection import TRANSITIONS, Cue, State

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Role: TypeAlias = Literal["client", "server"]
Item: TypeAlias = State | tuple[State, Cue]

# What a cue is called depends on who looks at it in these two cases only.
_WORDS: Mapping[Role, dict[Cue, str]] = {
    "client": {Cue.ACCEPT: "receive 101", Cue.REJECT: "receive an error"},
    "server": {Cue.ACCEPT: "send 101", Cue.REJECT: "send an error"},
}


@dataclass(frozen=True, repr=False)
class StateDiagram:
    """The states, what leads from one to another, and what of it stands out."""

    transitions: Mapping[tuple[State, Cue], State] = field(default_factory=lambda: TRANSITIONS)
    highlight: tuple[Item, ...] = ()
    role: Role | None = None

    def __repr__(self) -> str:
        """List the transitions, with a sign before what stands out."""
        return repr(Table(["state", "cue", "next state"], [*self._rows()]))

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """Draw the diagram for a notebook."""
        from wsdemo.lab.show.states_figure import png

        return png(self.figure())

    def figure(self) -> "Figure":
        """Draw the diagram as a figure of matplotlib, which is imported only now."""
        from wsdemo.lab.show.states_figure import Emphasis, draw

        steps = [item for item in self.highlight if isinstance(item, tuple)]
        states = [item for item in self.highlight if isinstance(item, State)]
        touched = [state for state, cue in steps for state in (state, self.transitions[state, cue])]
        whose = f", seen by the {self.role}" if self.role else ""
        title = f"The states of a connection{whose}"
        return draw(self.transitions, self.words, title, Emphasis((*states, *touched), steps))

    @property
    def words(self) -> Mapping[Cue, str]:
        """What each cue is called."""
        plain = {cue: cue.name.lower().replace("_", " ") for cue in Cue}
        return plain | (_WORDS[self.role] if self.role else {})

    def _rows(self) -> Iterator[tuple[str, str, str]]:
        """Gather the cues that lead from one state to the same next one."""
        steps = self.transitions.items()
        for (source, target), same in groupby(steps, lambda step: (step[0][0], step[1])):
            keys = [key for key, _ in same]
            cues = ", ".join(self.words[cue] for _, cue in keys)
            sign = "▸ " if {source, *keys}.intersection(self.highlight) else ""
            yield sign + source.name, cues, target.name


def states(
    highlight: Item | Iterable[Item] | None = None, role: Role | None = None
) -> StateDiagram:
    """Draw the states of a connection and what leads from one to another.

    Args:
        highlight: What stands out: a state, a pair of a state and a cue, or several of them.
        role: Whose words to use for the opening handshake; neither side's, unless given.

    Returns:
        The diagram, to be displayed or printed.

    Raises:
        ValueError: There is no such transition, or no such role.
    """
    items = tuple(_items(highlight))
    for item in items:
        if isinstance(item, tuple) and item not in TRANSITIONS:
            raise ValueError(f"no transition from {item[0].name} by {item[1].name}")
    if role not in (None, *_WORDS):
        raise ValueError(f"role {role!r} is neither 'client' nor 'server'")
    return StateDiagram(TRANSITIONS, items, role)


def _items(highlight: Item | Iterable[Item] | None) -> Iterator[Item]:
    match highlight:
        case None:
            return
        case State() as state:
            yield state
        case (State() as state, Cue() as cue):
            yield state, cue
        case _:
            yield from highlight
