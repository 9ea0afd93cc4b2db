"""The commands that judge are there at once, and what they judge with when it is needed."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from wsdemo.cli import judges
from wsdemo.cli.commands import app

HEAVY = ("wsdemo.lab.conformance", "wsdemo.lab.bench", "matplotlib")


@pytest.mark.parametrize("name", judges.__all__)
def test_a_judge_is_a_command(name: str) -> None:
    """With a help text of its own."""
    told = CliRunner(env={"NO_COLOR": "1"}).invoke(app, [name, "--help"])
    assert told.exit_code == 0
    first = (getattr(judges, name).__doc__ or "").splitlines()[0]
    assert " ".join(first.split()[:4]) in told.stdout


@pytest.mark.parametrize("heavy", HEAVY)
def test_no_command_waits_for_what_only_a_judge_needs(heavy: str) -> None:
    """The commands are imported in a process of their own, which tells what came along."""
    code = f"import sys, wsdemo.cli.commands; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
