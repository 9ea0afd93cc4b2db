"""A terminal, a notebook and the README show the same report."""

import io

from rich.console import Console

from tests.lab.bench.reports import ECHO, MEMORY, report, row
from wsdemo import lab
from wsdemo.lab.bench.faces import for_markdown, for_notebook, for_terminal


def printed(columns: int = 80) -> list[str]:
    """Print the made-up report as a terminal without colours would."""
    target = io.StringIO()
    console = Console(file=target, width=columns, color_system=None)
    console.print(for_terminal(report()), crop=False)
    return target.getvalue().splitlines()


def test_a_terminal_of_80_columns_is_wide_enough() -> None:
    """In a narrower one, no row is cut or broken; notes are wrapped."""
    assert max(map(len, printed())) <= 80
    assert printed(30)[:-4] == printed()[:-2]
    assert max(map(len, printed(30)[-4:])) <= 30


def test_a_terminal_shows_figures_goals_and_notes() -> None:
    """With a sign before what is marked, so that colour is not needed."""
    lines = [" ".join(line.split()) for line in printed()]
    assert "scratch 10.0 15% 0.25 1.25 100,000 100% 50%" in lines
    assert "! tcp 5.00 15% 0.12 0.62 200,000 60% 98%" in lines
    assert "✓ scratch 0.5 × websockets 0.25 met" in lines
    assert "scratch-callback 1 × gorilla – not measured" in lines
    assert lines[-2:] == ["two cores of no make, 2026-11-26", "picows was left out: not installed"]


def test_columns_stand_under_their_heads() -> None:
    """Names to the left, figures to the right."""
    lines = printed()
    head = next(line for line in lines if "websockets gorilla" in line)
    mine = next(line for line in lines if line.startswith("  scratch "))
    assert mine[: head.index("gorilla") + len("gorilla")].endswith("1.25")


def test_a_notebook_gets_tables() -> None:
    """One for each kind, one for the goals, each with its marks."""
    echo, fan, memory, goals = for_notebook(report())
    assert isinstance(echo, lab.Table)
    assert echo.rows[0] == [ECHO.name, *[""] * 7]
    assert (echo.marks, fan.marks, memory.marks) == ({1: "warn"}, {}, {})
    assert "waited for the load generator" in repr(echo)
    assert set(goals.marks.values()) == {"ok", "bad"}


def test_the_readme_gets_date_machine_goals_and_overviews() -> None:
    """In tables that a code host renders."""
    text = for_markdown(report())
    assert text.startswith("Measured on 2026-11-26: two cores of no make.")
    assert "| ✓ scratch | 0.5 × websockets | 0.25 | met |\n" in text
    assert f"| {ECHO.name} | 40.0 (1.00) | 10.0 (0.25) | 8.00 (0.20) | 5.00 (0.12) |\n" in text
    assert f"| {ECHO.name} | 25,000 | 100,000 | 125,000 | 200,000 ! |\n" in text
    assert "\n- picows was left out: not installed\n" in text


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    """Or a code host shows bars instead of a table."""
    for block in for_markdown(report()).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in rows}) <= 1
        assert not rows or len(rows) >= 3


def test_where_nothing_happens_in_a_second_nothing_is_said_of_it() -> None:
    """Memory alone has no rates to fold away."""
    assert "in a second" in for_markdown(report())
    assert "<details>" not in for_markdown(report(row(MEMORY, "scratch", 4.0), notes=()))
