"""The one form in which a notebook is committed.

Two people who run the same notebook must get the same file: no trace of the machine, the kernel or
the time, and nothing that JupyterLab adds for itself. `normalise` is idempotent, and a test holds
every committed notebook to it.

Leaves out running the cells (`tests.course`).
"""

import base64
import copy
import json
import re
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent
SANITIZE = ROOT / "tests" / "nbval_sanitize.cfg"

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# Of a cell's metadata only these are kept: the rest is JupyterLab's own book-keeping.
CELL_METADATA = ("jupyter", "tags")
# A widget's model lives in the kernel: without it the id is random and shows an error.
VOLATILE_DATA = ("application/vnd.jupyter.widget-view+json",)


def has_tag(cell: Any, tag: str) -> bool:
    """Return whether a cell bears the tag."""
    return tag in cell.metadata.get("tags", [])


def normalise(notebook: Any, path: Path) -> Any:
    """Return a copy in normal form.

    Args:
        notebook: What nbformat read.
        path: Its file, which decides the navigation line at the top and the bottom.
    """
    done = copy.deepcopy(notebook)
    done.metadata = nbformat.from_dict(copy.deepcopy(METADATA))
    done.nbformat, done.nbformat_minor = 4, 5
    for cell in done.cells:
        _normalise_cell(cell)
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    if all(cell.execution_count is not None for cell in code):
        _count(code)
    _navigate(done.cells, navigation(path))
    return done


def text(notebook: Any) -> str:
    """Return the file of a notebook, as nbformat and JupyterLab write it."""
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)) + "\n"


def _normalise_cell(cell: Any) -> None:
    metadata = {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key)}
    if "tags" in metadata:
        metadata["tags"] = sorted(set(metadata["tags"]))
    cell.metadata = nbformat.from_dict(metadata)
    cell.source = "\n".join(line.rstrip() for line in cell.source.strip("\n").splitlines())
    if cell.cell_type == "code":
        cell.outputs = [_normalise_output(output) for output in _merged(cell.outputs)]


def _count(cells: Iterable[Any]) -> None:
    for number, cell in enumerate(cells, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number


def _merged(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where the kernel cut it is chance."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last is not None and _stream(last) is not None and _stream(last) == _stream(output):
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _stream(output: Any) -> str | None:
    return output.name if output.output_type == "stream" else None


def _normalise_output(output: Any) -> Any:
    if output.output_type == "stream":
        output.text = without_paths(output.text)
    elif output.output_type == "error":
        output.evalue = without_paths(output.evalue)
        output.traceback = [without_paths(line) for line in output.traceback]
    else:
        kept = {mime: data for mime, data in output.data.items() if mime not in VOLATILE_DATA}
        output.data = nbformat.from_dict({mime: _cleaned(mime, kept[mime]) for mime in kept})
        output.metadata = nbformat.from_dict({})
    return output


def _cleaned(mime: str, data: Any) -> Any:
    if not mime.startswith("text/"):
        return data
    return without_paths(_LIVE.sub(r"\1<p>Run the cell to see it here.</p>\2", data))


# A page in a frame, with the port of a server that is gone; see `wsdemo.lab.web_page`.
_LIVE = re.compile(r"(<!-- live -->).*?(<!-- /live -->)", re.DOTALL)


# --- paths -----------------------------------------------------------------------------------


# IPython's name for the file of a cell: /tmp/ipykernel_PID/HASH.py
_CELL_FILE = re.compile(r"(?<![^\s\"'(<>])[^\s\"'(<>]*[/\\]ipykernel_\d+[/\\]\d+\.py")


def without_paths(shown: str) -> str:
    """Return a text in which nothing tells where Python, its packages or this course lie.

    `tests/nbval_sanitize.cfg` says the same to nbval, for machines that differ from the author's.
    """
    for prefix, name in _places():
        shown = shown.replace(prefix, name)
    return _CELL_FILE.sub("<cell>", shown)


def _places() -> list[tuple[str, str]]:
    """List the folders that a traceback may name, the longest first: they lie in one another."""
    home = str(Path.home())
    places = {
        f"{sysconfig.get_path('purelib')}/": "<packages>/",
        f"{sysconfig.get_path('stdlib')}/": "<python>/",
        f"{ROOT}/": "<course>/",
    }
    # IPython abbreviates the home folder in a traceback.
    short = {
        f"~{folder.removeprefix(home)}": name
        for folder, name in places.items()
        if folder.startswith(f"{home}/")
    }
    return sorted((places | short).items(), key=lambda item: -len(item[0]))


# --- navigation ------------------------------------------------------------------------------


# What a file's name cannot say.
_SPELLED = {"Open close": "Open, close", "jupyter": "Jupyter"}


def title(stem: str) -> str:
    """Return what a notebook is called in links: `02_shake_hands` → `02 Shake hands`."""
    number, *words = stem.split("_")
    name = " ".join(words).capitalize()
    for plain, spelled in _SPELLED.items():
        name = name.replace(plain, spelled)
    return f"{number} {name}"


# Numbers never change once published, so a notebook that came later stands where it belongs under
# a number that is too high: after the one named here.
_STANDS_AFTER = {"18": "15"}


def place(number: str) -> tuple[str, str]:
    """Return what to sort the numbers of notebooks by, to have them in the order of the course."""
    return _STANDS_AFTER.get(number, number), number


def navigation(path: Path) -> str:
    """Return the line with the links to the notebooks before and after this one, as they exist."""
    stems = [found.stem for found in path.parent.glob("[0-9][0-9]_*.ipynb")]
    stems = sorted({*stems, path.stem}, key=lambda stem: (place(stem[:2]), stem))
    at = stems.index(path.stem)
    before, after = stems[:at][-1:], stems[at + 1 :][:1]
    links = [f"[← {title(stem)}]({stem}.ipynb)" for stem in before]
    links += [f"[{title(stem)} →]({stem}.ipynb)" for stem in after]
    return " · ".join(links)


def is_navigation(line: str) -> bool:
    """Return whether a line of markdown is what `navigation` returns, for whichever notebook."""
    parts = line.split(" · ")
    links = all(re.fullmatch(r"Start|\[[^\]]+\]\([\w./]+\.ipynb\)", part) for part in parts)
    return links and ("[← " in line or " →]" in line)


def _navigate(cells: list[Any], line: str) -> None:
    """Put the line at the top of the first cell and at the bottom of the last."""
    if not cells or {cells[0].cell_type, cells[-1].cell_type} != {"markdown"}:
        return
    for cell, place in ((cells[0], 0), (cells[-1], -1)):
        lines = cell.source.split("\n")
        if is_navigation(lines[place]):
            del lines[place]
        rest = "\n".join(lines).strip("\n")
        parts = [line, rest] if place == 0 else [rest, line]
        cell.source = "\n\n".join(part for part in parts if part)


# --- comparing -------------------------------------------------------------------------------


def same_outputs(before: Any, after: Any) -> bool:
    """Return whether nbval would find the outputs of two cells equal, and the pictures are too.

    Pictures count when one version of matplotlib has drawn them: another draws another byte.
    HTML does not, beside a plain form: `notebooks/conftest.py` tells nbval the same.
    """
    one, other = _comparable(before), _comparable(after)
    if _drawn_by(one) != _drawn_by(other):
        for output in [*one, *other]:
            output.get("data", {}).pop("image/png", None)
    return bool(one == other)


def _drawn_by(outputs: list[Any]) -> set[bytes]:
    """Return what the pictures among the outputs say of the program that drew them."""
    pictures = [output.get("data", {}).get("image/png", "") for output in outputs]
    data = b"".join(base64.b64decode(picture) for picture in pictures)
    return set(re.findall(rb"tEXtSoftware\0([\x20-\x7e]*)", data))


def _comparable(cell: Any) -> Any:
    outputs = json.loads(json.dumps(cell.outputs))
    for output in outputs:
        output.pop("execution_count", None)
        output.pop("traceback", None)  # as nbval does: the line numbers are the library's
        if "text/plain" in output.get("data", {}):
            output["data"].pop("text/html", None)
    return _sanitized(outputs)


def _sanitized(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in sanitizers():
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, list):
        return [_sanitized(item) for item in value]
    if isinstance(value, dict):
        return {key: _sanitized(item) for key, item in value.items()}
    return value


def sanitizers() -> list[tuple[re.Pattern[str], str]]:
    """Return what nbval replaces before it compares: pairs of a pattern and a replacement."""
    rules = SANITIZE.read_text(encoding="ascii")
    pairs = re.findall(r"^regex: (.*)\nreplace: (.*)$", rules, re.MULTILINE)
    return [(re.compile(pattern), replacement) for pattern, replacement in pairs]


def differing(before: str, after: str) -> list[str]:
    """Name what differs between two files of a notebook: ids of cells, or `metadata`."""
    old, new = json.loads(before), json.loads(after)
    cells = {cell.get("id"): cell for cell in old.pop("cells")}
    names = [cell["id"] for cell in new.pop("cells") if cells.get(cell["id"]) != cell]
    return names or ["metadata"]
