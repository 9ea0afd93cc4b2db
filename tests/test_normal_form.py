"""The committed form of a notebook holds no trace of a machine, a kernel or a moment."""

import base64
import sysconfig
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests import normal_form


def _notebook(*cells: Any, **metadata: Any) -> Any:
    return new_notebook(cells=list(cells), metadata=metadata)


def _code(*outputs: Any, count: int | None = 7, **metadata: Any) -> Any:
    return new_code_cell(
        "1", id="one", execution_count=count, outputs=list(outputs), metadata=metadata
    )


def _normalise(notebook: Any) -> Any:
    return normal_form.normalise(notebook, Path("02_shake_hands.ipynb"))


def test_is_idempotent() -> None:
    """A second pass changes nothing."""
    once = _normalise(_notebook(new_markdown_cell("# Try \n\n"), _code(), widgets={"state": {}}))
    assert normal_form.text(_normalise(once)) == normal_form.text(once)


def test_keeps_only_the_metadata_that_readers_need() -> None:
    """No kernel version, no timestamps, no state of the interface; tags in order."""
    cell = _code(execution={"iopub.status.busy": "now"}, collapsed=True, tags=["b", "a"])
    done = _normalise(_notebook(cell, language_info={"name": "python", "version": "3.11.7"}))
    assert done.metadata == normal_form.METADATA
    assert done.cells[0].metadata == {"tags": ["a", "b"]}


def test_counts_executions_from_one() -> None:
    """However often the author ran a cell, it is number one of the file."""
    result = new_output("execute_result", {"text/plain": "1"}, execution_count=7)
    (cell,) = _normalise(_notebook(_code(result))).cells
    assert cell.execution_count == cell.outputs[0].execution_count == 1


def test_leaves_a_cell_that_never_ran_unnumbered() -> None:
    """Numbering it would hide that nbval compares its output with nothing."""
    (cell,) = _normalise(_notebook(_code(count=None))).cells
    assert cell.execution_count is None


def test_joins_neighbouring_pieces_of_a_stream() -> None:
    """Where the kernel cut the stream is chance; another stream between the pieces is not."""
    names = ("stdout", "stdout", "stderr", "stdout")
    pieces = [new_output("stream", name=name, text="x") for name in names]
    (cell,) = _normalise(_notebook(_code(*pieces))).cells
    assert [output.text for output in cell.outputs] == ["xx", "x", "x"]


def test_drops_what_only_the_kernel_can_show() -> None:
    """A widget's id is random and means nothing once the kernel is gone."""
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "f00"}, "text/plain": "W"}
    (cell,) = _normalise(_notebook(_code(new_output("display_data", widget)))).cells
    assert cell.outputs[0].data == {"text/plain": "W"}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (
            f"{sysconfig.get_path('purelib')}/websockets/frames.py",
            "<packages>/websockets/frames.py",
        ),
        (
            f"{sysconfig.get_path('stdlib')}/asyncio/runners.py:190",
            "<python>/asyncio/runners.py:190",
        ),
        (f"File {normal_form.ROOT}/wsdemo/errors.py", "File <course>/wsdemo/errors.py"),
        ('File "/tmp/ipykernel_41/2713.py", line 2', 'File "<cell>", line 2'),
        ("GET /chat HTTP/1.1", "GET /chat HTTP/1.1"),
    ],
)
def test_names_no_folder_of_the_machine(shown: str, expected: str) -> None:
    """A traceback tells the module, not where it was installed."""
    assert normal_form.without_paths(shown) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ws://127.0.0.1:40123/", "ws://127.0.0.1:51999/"),
        ("('127.0.0.1', 40123)", "('127.0.0.1', 51999)"),
        ("<object at 0x7f00>", "<object at 0x7f11>"),
        ("Server: Python/3.11 websockets/17.4", "Server: Python/3.13 websockets/18.0"),
        ("/opt/v/lib/python3.12/site-packages/w/f.py", "<packages>/w/f.py"),
        ("/usr/lib/python3.12/asyncio/run.py", "<python>/asyncio/run.py"),
        ("/srv/wsdemo/wsdemo/lab/wire.py", "<course>/wsdemo/lab/wire.py"),
        ("/tmp/ipykernel_41/2713.py", "<cell>"),
        ("<b>/opt/v/lib/python3.12/site-packages/w/f.py</b>", "<b><packages>/w/f.py</b>"),
        ("<b>/srv/wsdemo/wsdemo/lab/wire.py</b>", "<b><course>/wsdemo/lab/wire.py</b>"),
    ],
)
def test_two_machines_may_differ_in_what_is_no_lesson(one: str, other: str) -> None:
    """Ports, addresses, versions and folders do not count, as in nbval."""
    cells = [_code(new_output("stream", text=text)) for text in (one, other)]
    assert normal_form.same_outputs(*cells)


@pytest.mark.parametrize(("one", "other"), [("81 05", "81 06"), ("1000", "1001"), ("a", "a\n")])
def test_two_machines_may_not_differ_in_the_lesson(one: str, other: str) -> None:
    """Bytes, codes and words are compared to the letter."""
    cells = [_code(new_output("stream", text=text)) for text in (one, other)]
    assert not normal_form.same_outputs(*cells)


def _picture(version: str, pixels: str) -> Any:
    png = f"\x89PNG\r\n....tEXtSoftware\0Matplotlib {version}\r{pixels}".encode("latin-1")
    data = {"image/png": base64.b64encode(png).decode(), "text/plain": "<Figure>"}
    return _code(new_output("display_data", data))


def test_pictures_count_when_one_program_has_drawn_them() -> None:
    """Another version of matplotlib draws another byte, which is no reason for a commit."""
    old = _picture("3.10", "pixels")
    assert normal_form.same_outputs(old, _picture("3.10", "pixels"))
    assert not normal_form.same_outputs(old, _picture("3.10", "other pixels"))
    assert normal_form.same_outputs(old, _picture("3.11", "other pixels"))


def test_a_large_picture_is_compared_at_once() -> None:
    """A megabyte of base64 is one long word full of slashes, in an output and in HTML."""
    picture = "abc/" * 250_000
    data = {"text/html": f'<img src="data:image/png;base64,{picture}">'}
    cells = [_code(new_output("display_data", data)) for _ in range(2)]
    start = time.perf_counter()
    assert normal_form.same_outputs(*cells)
    assert normal_form.without_paths(picture) == picture
    assert time.perf_counter() - start < 10, "quadratic in the length of a word"


def test_a_page_that_is_live_is_saved_as_a_sentence() -> None:
    """Its server is gone by then, and its port was another one in every run."""
    live = "<div><!-- live --><iframe src='http://127.0.0.1:41234/'>\n</iframe><!-- /live --></div>"
    output = new_output("display_data", data={"text/html": live, "text/plain": "<the page>"})
    done = _normalise(_notebook(_code(output)))
    saved = done.cells[0].outputs[0].data["text/html"]
    assert saved == "<div><!-- live --><p>Run the cell to see it here.</p><!-- /live --></div>"


def test_links_to_the_neighbours_that_exist(tmp_path: Path) -> None:
    """A notebook that is yet to be written is passed over."""
    for stem in ("00_run_a_server", "02_shake_hands", "16_talk_to_jupyter"):
        (tmp_path / f"{stem}.ipynb").touch()
    line = normal_form.navigation(tmp_path / "02_shake_hands.ipynb")
    assert line == (
        "[← 00 Run a server](00_run_a_server.ipynb)"
        " · [16 Talk to Jupyter →](16_talk_to_jupyter.ipynb)"
    )


def test_a_notebook_stands_where_the_course_wants_it(tmp_path: Path) -> None:
    """18 came later than 16, and goes before it; whoever stands next to it points to it."""
    for stem in ("07_measure_it", "16_talk_to_jupyter", "18_make_it_fast"):
        (tmp_path / f"{stem}.ipynb").touch()
    lines = {
        stem: normal_form.navigation(tmp_path / f"{stem}.ipynb")
        for stem in ("07_measure_it", "18_make_it_fast", "16_talk_to_jupyter")
    }
    assert lines["07_measure_it"] == "[18 Make it fast →](18_make_it_fast.ipynb)"
    assert lines["18_make_it_fast"].startswith("[← 07 Measure it](07_measure_it.ipynb) · [16 ")
    assert lines["16_talk_to_jupyter"] == "[← 18 Make it fast](18_make_it_fast.ipynb)"
    numbers = [f"{number:02}" for number in range(19)]
    assert sorted(numbers, key=normal_form.place)[-4:] == ["15", "18", "16", "17"]


def test_navigation_is_put_at_both_ends_once(tmp_path: Path) -> None:
    """A line for neighbours of yesterday is replaced, not doubled."""
    (tmp_path / "03_read.ipynb").touch()
    old, new = "[← 01 Compare](01_compare.ipynb)", "[03 Read →](03_read.ipynb)"
    notebook = _notebook(new_markdown_cell(f"{old}\n\n# Shake"), new_markdown_cell("Bye"))
    done = normal_form.normalise(notebook, tmp_path / "02_shake.ipynb")
    assert [cell.source for cell in done.cells] == [f"{new}\n\n# Shake", f"Bye\n\n{new}"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[← 01 Compare](01_compare.ipynb)", True),
        ("Start · [02 Shake hands →](02_shake.ipynb)", True),
        ("Read on in [02 Shake hands →](02_shake.ipynb)", False),
        ("[RFC 6455](https://example.org)", False),
        ("# Title", False),
    ],
)
def test_only_a_line_of_links_is_navigation(line: str, expected: bool) -> None:
    """A sentence with a link in it stays where it is."""
    assert normal_form.is_navigation(line) == expected


def test_names_the_cells_in_which_two_files_differ() -> None:
    """The id of a cell, or `metadata` when no cell differs."""
    one, other, meta = _notebook(_code()), _notebook(_code(count=8)), _notebook(_code(), title="T")
    files = [nbformat.writes(notebook) for notebook in (one, other, meta)]
    assert normal_form.differing(files[0], files[1]) == ["one"]
    assert normal_form.differing(files[0], files[2]) == ["metadata"]
