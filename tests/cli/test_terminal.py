"""Lines come at once and can't move the cursor, and every end has its exit code."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from wsdemo.cli import terminal
from wsdemo.errors import LocalError


async def _end(error: BaseException | None = None) -> None:
    if error is not None:
        raise error


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (None, 0, ""),
        (LocalError("it has gone"), 1, "wsdemo: it has gone\n"),
        (ValueError("'x' is no URI"), 2, "wsdemo: 'x' is no URI\n"),
        (FileNotFoundError(2, "No such file", "x"), 2, "wsdemo: [Errno 2] No such file: 'x'\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
    ids=["done", "gone", "usage", "no file", "interrupted"],
)
def test_every_end_has_its_code(
    error: BaseException | None, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault is one line on standard error, and no traceback."""
    assert terminal.ended(lambda: _end(error)) == code
    assert capsys.readouterr() == ("", told)


def test_a_word_that_is_wrong_is_told_before_anything_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Such as a file without a token in it."""

    def refuse() -> None:
        raise ValueError("there is no token in x")

    assert terminal.ended(refuse) == 2  # type: ignore[arg-type]
    assert capsys.readouterr().err == "wsdemo: there is no token in x\n"


def test_whoever_has_read_enough_ends_it_in_peace() -> None:
    """`wsdemo feed | head -1`: no traceback, and exit code 0."""
    program = """if True:
        from wsdemo.cli import terminal
        async def endless():
            while True:
                terminal.say("x" * 1000)
        raise SystemExit(terminal.ended(endless))"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 0


def test_what_a_terminal_can_not_show_is_spelled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It must not end the program."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", newline="\n")
    monkeypatch.setattr(sys, "stdout", out)
    terminal.say("Grüße")
    assert out.buffer.getvalue() == b"Gr\\xfc\\xdfe\n"


@pytest.mark.parametrize(
    ("text", "shown"), [("Grüße", "Grüße"), ("\x1b[2J", "\\x1b[2J"), ("a\nb", "a\\nb")]
)
def test_nothing_moves_the_cursor(text: str, shown: str) -> None:
    """What others have written is text."""
    assert terminal.harmless(text) == shown
