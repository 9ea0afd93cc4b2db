"""The texts around an exercise: task, hints, solution, and a check that nobody awaited.

All are Markdown with a plain form. Leaves out the table of a check (`report`).
"""

from collections.abc import Callable, Coroutine, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wsdemo.lab.exercises.report import Report
from wsdemo.lab.show.markup import Markup, element, join

if TYPE_CHECKING:
    from wsdemo.lab.show.source import Source


@dataclass(frozen=True, slots=True)
class Note:
    """Markdown: rendered in a notebook, as it stands elsewhere."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Pending:
    """A check that runs when it is awaited; without `await`, it says so.

    A bare coroutine would show `<coroutine object ...>` and a warning, which tell a learner
    nothing, and forgetting `await` is the first mistake that everybody makes.
    """

    name: str
    start: Callable[[], Coroutine[Any, Any, Report]]

    def __await__(self) -> Generator[Any, Any, Report]:
        return self.start().__await__()

    def __repr__(self) -> str:
        return f'nothing is checked yet: write await lab.exercise("{self.name}").check(...)'


@dataclass(frozen=True, slots=True)
class Solution:
    """A line of explanation, and source code that passes every case."""

    explanation: str
    parts: tuple[Callable[..., Any] | str, ...]

    def __repr__(self) -> str:
        return "\n\n".join([self.explanation, *map(repr, self._sources())])

    def _repr_html_(self) -> str:
        shown = (Markup(source._repr_html_()) for source in self._sources())
        return join([element("p", self.explanation), *shown])

    def _sources(self) -> Iterator["Source"]:
        from wsdemo.lab.show.source import Source, source  # late: most checks show none

        for part in self.parts:
            yield Source(part, "one solution") if isinstance(part, str) else source(part)
