"""Each rule of style lets a good notebook pass, and finds its fault in a bad one."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebook_page import Page
from tests.notebook_style import faults

OPENING = """\
# Shake hands by hand

**What you'll do.** Write the opening handshake on a raw socket.

**What you'll learn**

- compute the accept key;
- read a request;
- read a response.

**What you'll need**: a browser."""
ENDING = {
    "summary": "## Summary\n\n- one\n- two\n- three\n- four\n- five",
    "on-your-own": "## On your own\n\nCompute the key.",
    "in-practice": "## In practice\n\nThe fine print.",
    "further-reading": "## Further reading\n\n- [RFC 6455, 4.1](https://example.org/4.1)",
}


def _prose(cell_id: str, source: str) -> Any:
    return new_markdown_cell(source, id=cell_id)


def _code(cell_id: str, source: str, *tags: str) -> Any:
    cell = new_code_cell(source, id=cell_id, metadata={"tags": list(tags)})
    cell.outputs = [new_output("display_data", {"text/html": "<b>1</b>", "text/plain": "1"})]
    return cell


def _good() -> Any:
    """A notebook that follows every rule."""
    begin = 'from wsdemo import lab\n\nlab.begin("02_shake_hands_by_hand")'
    cells = [_prose("title", OPENING), _code("begin", begin)]
    for name in ("request", "response", "key", "origin", "version", "refusal", "socket", "end"):
        cells.append(_prose(f"about-{name}", f"## The {name}\n\nWords."))
        cells.append(_code(f"show-{name}", "a = 1\nassert a == 1\na"))
    cells += [_prose("a-word", "Words."), _code("wrong", "x = 1\nx / 0", "raises-exception")]
    cells[-1].outputs = [new_output("error", ename="E", evalue="", traceback=[])]
    cells += [_prose("time-it", "Words."), _code("timing", "t = 1\nlab.claim(t)\nt")]
    cells[-1].metadata["tags"] = ["nbval-ignore-output"]
    endings = [_prose(cell_id, source) for cell_id, source in ENDING.items()]
    exercise = _code("exercise-accept-key", "def accept_key(key):\n    ...", "exercise")
    cells += [*endings[:2], exercise, *endings[2:]]
    return _numbered(new_notebook(cells=cells))


def _numbered(notebook: Any) -> Any:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
    return notebook


def _cell(notebook: Any, cell_id: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def _faults(notebook: Any, path: Path) -> str:
    return "\n".join(faults(Page(path, notebook)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the notebook would lie, alone in its folder."""
    return tmp_path / "02_shake_hands_by_hand.ipynb"


def test_a_good_notebook_has_no_faults(path: Path) -> None:
    """The rules can all be followed at once."""
    assert not _faults(_good(), path)


def replacing(cell_id: str, old: str, new: str) -> Callable[[Any], None]:
    """Return a change to the source of one cell."""

    def change(notebook: Any) -> None:
        cell = _cell(notebook, cell_id)
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


def setting(cell_id: str, **values: Any) -> Callable[[Any], None]:
    """Return a change to the fields of one cell."""

    def change(notebook: Any) -> None:
        _cell(notebook, cell_id).update(copy.deepcopy(values))

    return change


def tagging(cell_id: str, *tags: str) -> Callable[[Any], None]:
    """Return a change to the tags of one cell."""
    return setting(cell_id, metadata={"tags": list(tags)})


def without(*cell_ids: str) -> Callable[[Any], None]:
    """Return a change that takes cells away, and numbers the others."""

    def change(notebook: Any) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in cell_ids]
        _numbered(notebook)

    return change


def long_code(lines: int, *cell_ids: str) -> Callable[[Any], None]:
    """Return a change that makes code cells long."""

    def change(notebook: Any) -> None:
        for cell_id in cell_ids:
            _cell(notebook, cell_id).source = "\n".join(f"a{n} = {n}" for n in range(lines))

    return change


def without_pictures(notebook: Any) -> None:
    """Leave plain text only."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("text/html", None)


NAMES = ("request", "response", "key", "origin", "version", "refusal", "socket", "end")
SHOWN = [f"show-{name}" for name in NAMES]
BAD: dict[str, tuple[Callable[[Any], None], str]] = {
    "title without the verb": (replacing("title", "# Shake", "# Wave"), "should start with"),
    "two titles": (replacing("about-key", "## The", "# The"), "2 headings of level 1"),
    "random id": (setting("title", id="a3f29c4b"), "a few words"),
    "random id with dashes": (setting("title", id="a3f29c4b-11d0-4a7b"), "random"),
    "id in capitals": (setting("title", id="Title_1"), "a few words"),
    "id used twice": (setting("about-key", id="title"), "used twice"),
    "unknown tag": (tagging("begin", "skip"), "unknown tags ['skip']"),
    "nbval's own skip": (tagging("begin", "nbval-skip"), "unknown tags"),
    "nothing needed": (replacing("title", "What you'll need", "Bring"), "should have, in order"),
    "two goals": (replacing("title", "- read a request;\n", ""), "What you'll learn: 2"),
    "opens with code": (without("title"), "the first cell should be markdown"),
    "sections in another order": (without("in-practice"), "the last sections"),
    "four bullets": (replacing("summary", "- five", ""), "Summary: 4, should be 5"),
    "no RFC": (replacing("further-reading", "RFC 6455", "A page"), "sections of RFCs"),
    "broken link": (replacing("about-key", "Words.", "[a](gone.ipynb)"), "broken link: gone"),
    "insecure link": (replacing("about-key", "Words.", "[a](http://x.org)"), "broken link"),
    "level skipped": (replacing("about-key", "Words.", "#### Deep"), "level 4 follows"),
    "no begin": (replacing("begin", "02_", "03_"), "should call lab.begin"),
    "short": (
        without(*(f"{kind}-{name}" for kind in ("about", "show") for name in NAMES)),
        "cells: ",
    ),
    "all code": (without("a-word", *(f"about-{name}" for name in NAMES)), "share of markdown"),
    "rows of code": (without("about-key", "about-origin"), "in a row without prose: show-resp"),
    "a cell of 21 lines": (long_code(21, "show-key"), "show-key: 21 lines, should be 20"),
    "long cells": (long_code(13, *SHOWN[:2]), "90th percentile: 13"),
    "medium cells": (long_code(8, *SHOWN[:7]), "median"),
    "no picture": (without_pictures, "cells without picture: title to"),
    "never run": (setting("begin", execution_count=None), "should be 1, 2, 3"),
    "run in another order": (setting("begin", execution_count=9), "should be 1, 2, 3"),
    "an error nobody meant": (tagging("wrong"), "wrong: ends in an error"),
    "no error after all": (tagging("show-key", "raises-exception"), "its output has no error"),
    "measured, no band": (replacing("timing", "lab.claim(t)", "b = 2"), "timing: measured, but no"),
    "no exercise": (without("exercise-accept-key"), "no exercise"),
    "exercise by tag only": (setting("exercise-accept-key", id="try-it"), "go together"),
    "fixed port": (replacing("show-key", "a = 1", 'serve(h, "localhost", 8765)'), "a fixed port"),
    "fixed port by name": (replacing("show-key", "a = 1", "serve(h, port=8080)"), "a fixed port"),
    "endless": (replacing("show-key", "a = 1", "await s.serve_forever()"), "never ends"),
    "waits for input": (replacing("show-key", "a = 1", "input()"), "somebody to type"),
    "another python": (replacing("show-key", "a = 1", "!python x.py"), "sys.executable"),
    "patches": (replacing("show-key", "a = 1", "nest_asyncio.apply()"), "patches the loop"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_notebook_is_told_what_to_do(bad: str, path: Path) -> None:
    """The message names the cell or the section, and what it should be."""
    change, message = BAD[bad]
    notebook = _good()
    change(notebook)
    assert message in _faults(notebook, path)


def test_a_file_name_has_a_number_a_verb_and_an_object(tmp_path: Path) -> None:
    """The name is the first thing that a reader sees."""
    assert "should be NN_verb_object.ipynb" in _faults(_good(), tmp_path / "Untitled.ipynb")


def test_an_exception_group_counts_as_an_error(path: Path) -> None:
    """IPython sends it as text, and it still needs its tag."""
    notebook = _good()
    text = "  + Exception Group Traceback (most recent call last):\n"
    _cell(notebook, "show-key").outputs = [new_output("stream", name="stderr", text=text)]
    assert "show-key: ends in an error" in _faults(notebook, path)


def test_a_program_for_another_process_may_do_as_it_likes(path: Path) -> None:
    """What stands in triple quotes or under a cell magic does not run in the kernel."""
    for source in ('code = """\nnest_asyncio.apply()\n"""', "%%writefile x.py\nserve(port=8765)"):
        notebook = _good()
        _cell(notebook, "show-key").source = source
        assert not _faults(notebook, path)


def test_neighbours_are_linked(path: Path) -> None:
    """The message has the very line to write."""
    (path.parent / "03_read_and_write_frames.ipynb").write_text(json.dumps({}))
    assert "[03 Read and write frames →](03_read" in _faults(_good(), path)
