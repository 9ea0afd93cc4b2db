"""A notebook, seen as the style rules see it: cells, prose, headings, sections.

Leaves out the rules themselves (`tests.notebook_style`).
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


def plain(words: str) -> str:
    """Return words without marks around them, and with a straight apostrophe."""
    return words.replace("’", "'").strip(" *:.")


@dataclass(frozen=True)
class Page:
    """A notebook, with the views of it that the rules read."""

    path: Path
    notebook: Any

    @cached_property
    def cells(self) -> list[Any]:
        """All cells."""
        return list(self.notebook.cells)

    @cached_property
    def code(self) -> list[Any]:
        """The code cells."""
        return [cell for cell in self.cells if cell.cell_type == "code"]

    @cached_property
    def prose(self) -> str:
        """All markdown, without the blocks of code in it."""
        sources = [cell.source for cell in self.cells if cell.cell_type == "markdown"]
        return re.sub(r"^```.*?^```", "", "\n\n".join(sources), flags=re.MULTILINE | re.DOTALL)

    @cached_property
    def headings(self) -> list[tuple[int, str]]:
        """The headings of the prose: level and words."""
        found = re.findall(r"^(#{1,6}) +(.+?)\s*$", self.prose, re.MULTILINE)
        return [(len(marks), plain(words)) for marks, words in found]

    def section(self, heading: str) -> str:
        """Return the markdown between a heading of level 2 and the next one."""
        parts = re.split(r"^## +(.+?)\s*$", self.prose, flags=re.MULTILINE)
        return dict(zip(map(plain, parts[1::2]), parts[2::2], strict=True)).get(heading, "")
