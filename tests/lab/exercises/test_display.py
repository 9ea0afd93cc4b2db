"""Texts around an exercise: Markdown in a notebook, plain elsewhere."""

from wsdemo.lab.exercises.display import Note, Pending, Solution
from wsdemo.lab.exercises.report import Report
from wsdemo.protocol.handshake import accept_key


def test_a_note_is_its_text() -> None:
    """Without quotes around it, as a string would have."""
    note = Note("Use `await`.")
    assert repr(note) == str(note) == note._repr_markdown_() == "Use `await`."


async def test_a_check_that_nobody_awaits_says_so() -> None:
    """And may be awaited after it was shown, or twice."""

    async def check() -> Report:
        return Report("sum", blank="nothing there")

    pending = Pending("sum", check)
    assert repr(pending).startswith('nothing is checked yet: write await lab.exercise("sum")')
    assert (await pending) == (await pending)


def test_a_solution_shows_source_and_text() -> None:
    """Functions of the package under their file, text as it is."""
    solution = Solution("Join, hash, encode.", (accept_key, "x = 1"))
    plain, shown = repr(solution), solution._repr_html_()
    assert plain.startswith("Join, hash, encode.\n\ndef accept_key(key: str) -> str:")
    assert plain.endswith("x = 1")
    assert "wsdemo/protocol/keys.py" in shown
    assert "one solution" in shown
