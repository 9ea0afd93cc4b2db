"""The style of a notebook, as rules that say what to do.

A rule takes a `Page` and yields one sentence per fault; `faults` runs them all. The numbers are
the author's rhythm: prose, one short code cell, prose that names what was just seen.

Leaves out what ruff says of the code (it reads notebooks too) and the form of the file
(`tests.normal_form`).
"""

import re
import statistics
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise
from typing import Any

from tests.normal_form import has_tag, navigation
from tests.notebook_page import Page, plain

CELLS = (25, 50)
MARKDOWN_SHARE = (0.4, 0.6)
# A whole exchange (server, wire, client, one message each way) takes six or seven lines.
CODE_LINES_MEDIAN = (2, 7)
CODE_LINES_P90 = 12
CODE_LINES_MOST = 20
CODE_CELLS_IN_A_ROW = 2
CELLS_WITHOUT_PICTURE = 10
CELLS_WITH_OUTPUT = 0.5
GOALS = (3, 5)
SUMMARY_BULLETS = 5
TAGS = {"exercise", "nbval-ignore-output", "raises-exception"}
OPENING = ("What you'll do", "What you'll learn", "What you'll need")
ENDING = ("Summary", "On your own", "In practice", "Further reading")


Rule = Callable[[Page], Iterator[str]]


def faults(page: Page) -> list[str]:
    """Return what is wrong with a notebook, a sentence each."""
    return [fault for rule in RULES for fault in rule(page)]


def _lines(cell: Any) -> int:
    return sum(1 for line in cell.source.splitlines() if line.strip())


def _between(name: str, value: float, low: float, high: float) -> Iterator[str]:
    if not low <= value <= high:
        yield f"{name}: {value:g}, should be {low:g} to {high:g}"


# --- names -----------------------------------------------------------------------------------


def file_name(page: Page) -> Iterator[str]:
    """`NN_verb_object.ipynb`, and the title starts with that verb."""
    if not re.fullmatch(r"\d\d(_[a-z0-9]+){2,}", page.path.stem):
        yield f"the file is called {page.path.name}, should be NN_verb_object.ipynb"
        return
    verb = page.path.stem.split("_")[1]
    titles = [words for level, words in page.headings if level == 1]
    if len(titles) != 1:
        yield f"{len(titles)} headings of level 1 (`# …`), should be one: the title"
    elif verb not in re.findall(r"\w+", titles[0].lower())[:2]:
        yield f"the title is {titles[0]!r}, should start with the verb {verb!r} of the file's name"


def ids(page: Page) -> Iterator[str]:
    """A cell's id can be read, and never changes: translations are keyed by it."""
    seen: set[str] = set()
    for cell in page.cells:
        if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell.id) or len(cell.id) > 40:
            yield f"id {cell.id!r}: should be a few words in lower case, as in first-echo"
        elif re.fullmatch(r"[0-9a-f]{6,}(-[0-9a-f]{4,})*", cell.id) and re.search(r"\d", cell.id):
            yield f"id {cell.id!r}: random; should be a few words, as in first-echo"
        if cell.id in seen:
            yield f"id {cell.id!r}: used twice"
        seen.add(cell.id)


def tags(page: Page) -> Iterator[str]:
    """Only tags that something reads."""
    for cell in page.cells:
        unknown = set(cell.metadata.get("tags", [])) - TAGS
        if unknown:
            yield f"{cell.id}: unknown tags {sorted(unknown)}; known are {sorted(TAGS)}"


# --- structure -------------------------------------------------------------------------------


def opening(page: Page) -> Iterator[str]:
    """The first cell: navigation, title, what you'll do, learn (3–5 goals to test), need."""
    first = page.cells[0]
    source = plain(first.source)
    if first.cell_type != "markdown" or not re.search(r"^# ", first.source, re.MULTILINE):
        yield "the first cell should be markdown with the title"
    places = [source.find(words) for words in OPENING]
    if -1 in places or places != sorted(places):
        yield f"the first cell should have, in order: {', '.join(OPENING)}"
        return
    goals = re.findall(r"^\s*[-*] ", source[places[1] : places[2]], re.MULTILINE)
    yield from _between(f"bullets under {OPENING[1]}", len(goals), *GOALS)


def ending(page: Page) -> Iterator[str]:
    """The last sections, in order, and what each must have."""
    sections = [words for level, words in page.headings if level == 2]
    if tuple(sections[-len(ENDING) :]) != ENDING:
        yield f"the last sections (`## …`) should be {', '.join(ENDING)}; are {sections[-4:]}"
        return
    bullets = len(re.findall(r"^[-*] |^\d+\. ", page.section("Summary"), re.MULTILINE))
    if bullets != SUMMARY_BULLETS:
        yield f"bullets under Summary: {bullets}, should be {SUMMARY_BULLETS}"
    if not re.search(r"\[[^\]]*RFC \d+[^\]]*\]\(https://", page.section("Further reading")):
        yield "Further reading should link to sections of RFCs: [RFC 6455, 4.1](https://…)"
    if page.cells[-1].cell_type != "markdown":
        yield "the last cell should be markdown"


def navigation_links(page: Page) -> Iterator[str]:
    """The links to the neighbours stand at the top and at the bottom; no local link is broken."""
    line = navigation(page.path)
    top, bottom = page.cells[0].source.split("\n")[0], page.cells[-1].source.split("\n")[-1]
    if line and not top == line == bottom:
        yield f"the first and the last line should be the navigation (make notebooks): {line}"
    for target in re.findall(r"\]\(([^)\s]+)\)", page.prose):
        if not re.match(r"https://|#|attachment:", target):
            file = page.path.parent / target.split("#")[0]
            if not file.exists():
                yield f"broken link: {target}"


def headings(page: Page) -> Iterator[str]:
    """Sections are level 2, and none is skipped on the way down."""
    levels = [level for level, _ in page.headings]
    for above, level in pairwise(levels):
        if level > above + 1:
            yield f"a heading of level {level} follows one of level {above}"


def begins(page: Page) -> Iterator[str]:
    """The first code cell imports the lab and tells it which notebook this is."""
    call = f'lab.begin("{page.path.stem}")'
    if not page.code or call not in page.code[0].source:
        yield f"the first code cell should call {call}"


# --- rhythm ----------------------------------------------------------------------------------


def length(page: Page) -> Iterator[str]:
    """25–50 cells, about half of them prose."""
    yield from _between("cells", len(page.cells), *CELLS)
    share = 1 - len(page.code) / len(page.cells)
    yield from _between("share of markdown cells", round(share, 2), *MARKDOWN_SHARE)


def code_lines(page: Page) -> Iterator[str]:
    """Short cells: a reader holds five lines in mind."""
    lines = sorted(_lines(cell) for cell in page.code)
    if len(lines) < 2:
        return
    yield from _between(
        "median of lines in a code cell", statistics.median(lines), *CODE_LINES_MEDIAN
    )
    yield from _between("90th percentile", statistics.quantiles(lines, n=10)[-1], 1, CODE_LINES_P90)
    for cell in page.code:
        if _lines(cell) > CODE_LINES_MOST:
            yield f"{cell.id}: {_lines(cell)} lines, should be {CODE_LINES_MOST} at most"


def rhythm(page: Page) -> Iterator[str]:
    """Prose before and after what is run."""
    for kind, group in groupby(page.cells, key=lambda cell: cell.cell_type):
        row = [cell.id for cell in group]
        if kind == "code" and len(row) > CODE_CELLS_IN_A_ROW:
            yield f"code cells in a row without prose: {', '.join(row)}"


def pictures(page: Page) -> Iterator[str]:
    """Something to look at, at least every ten cells up to the summary."""
    row: list[str] = []
    for cell in page.cells:
        if re.search(r"^## +Summary", cell.source, re.MULTILINE):
            break
        row = [] if _is_picture(cell) else [*row, cell.id]
        if len(row) > CELLS_WITHOUT_PICTURE:
            yield f"more than {CELLS_WITHOUT_PICTURE} cells without picture: {row[0]} to {row[-1]}"
            break


def _is_picture(cell: Any) -> bool:
    if cell.cell_type == "markdown":
        return bool(re.search(r"!\[[^\]]*\]\(|<img |```mermaid", cell.source))
    mimes = {mime for output in cell.outputs for mime in output.get("data", {})}
    return bool(mimes & {"image/png", "image/svg+xml", "text/html"})


# --- what was run ----------------------------------------------------------------------------


def executed(page: Page) -> Iterator[str]:
    """Every code cell has run, in order: nbval compares a cell that never ran with nothing."""
    counts = [cell.execution_count for cell in page.code]
    if counts != list(range(1, len(counts) + 1)):
        yield f"cells were run as {counts}, should be 1, 2, 3, … (make notebooks)"
    shown = sum(1 for cell in page.code if cell.outputs)
    if page.code and shown / len(page.code) < CELLS_WITH_OUTPUT:
        yield f"{shown} of {len(page.code)} code cells show something, should be half at least"


def errors(page: Page) -> Iterator[str]:
    """An error is there on purpose, tagged and shown; no other cell has one."""
    for cell in page.code:
        tagged = has_tag(cell, "raises-exception")
        raised = any(_is_error(output) for output in cell.outputs)
        if tagged and not raised:
            yield f"{cell.id}: tagged raises-exception, but its output has no error"
        if raised and not tagged:
            yield f"{cell.id}: ends in an error; tag it raises-exception if that is the lesson"


def _is_error(output: Any) -> bool:
    # IPython sends the traceback of an ExceptionGroup as text.
    return output.output_type == "error" or (
        output.output_type == "stream" and "Exception Group Traceback" in output.text
    )


def measurements(page: Page) -> Iterator[str]:
    """A measured output is not compared, so a band is asserted: there or in the next code cell."""
    for position, cell in enumerate(page.code):
        if has_tag(cell, "nbval-ignore-output"):
            near = "\n".join(other.source for other in page.code[position : position + 2])
            if not re.search(r"\bassert\b|\bclaim\(|\.measured\(", near) and not _fails(cell):
                yield f"{cell.id}: measured, but no assert or lab.claim(...) there or right after"


def _fails(cell: Any) -> bool:
    return has_tag(cell, "raises-exception")


def exercises(page: Page) -> Iterator[str]:
    """At least one exercise, in a cell with the tag and an id that names it."""
    if not any(has_tag(cell, "exercise") for cell in page.code):
        yield "no exercise: one code cell should have the tag exercise and the id exercise-<name>"
    for cell in page.cells:
        if has_tag(cell, "exercise") != cell.id.startswith("exercise-"):
            yield f"{cell.id}: the tag exercise and the id exercise-<name> go together"


# --- servers ---------------------------------------------------------------------------------

FORBIDDEN = {
    r"serve_forever\(|run_forever\(": "a cell that never ends; use `async with`",
    r"\binput\(": "waits for somebody to type",
    r"""(\bport=|["'](localhost|127\.0\.0\.1|0\.0\.0\.0|)["'], )[1-9]\d*""": "a fixed port; use 0",
    r"^\s*!\s*python": "the python on PATH, not the kernel's; use !{sys.executable}",
    r"nest_asyncio2?\.apply\(": "patches the loop of this kernel; show it in a process of its own",
    r"\b(apt|pip|conda) install\b": "changes the learner's machine",
}


def forbidden(page: Page) -> Iterator[str]:
    """What goes wrong on the second run, on another machine, or for ever."""
    for cell in page.code:
        # A program in triple quotes or under a cell magic runs in a process of its own.
        source = re.sub(r"^%%.*|(\"{3}|'{3}).*?\1", "", cell.source, flags=re.DOTALL)
        for pattern, reason in FORBIDDEN.items():
            if found := re.search(pattern, source, re.MULTILINE):
                yield f"{cell.id}: {found[0].strip()!r} is {reason}"


RULES: tuple[Rule, ...] = (
    file_name,
    ids,
    tags,
    opening,
    ending,
    navigation_links,
    headings,
    begins,
    length,
    code_lines,
    rhythm,
    pictures,
    executed,
    errors,
    measurements,
    exercises,
    forbidden,
)
