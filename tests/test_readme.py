"""What the README says is so: its commands exist, its links lead somewhere, its code runs."""

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.lab.handlers import echo
from tests.normal_form import place, title
from wsdemo.cli.commands import app
from wsdemo.lab import running

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE)
CODE = re.findall(r"```python\n(.*?)```\n+```text\n(.*?)```", README, re.DOTALL)


def test_the_first_screen_has_what_it_is_a_picture_and_the_two_commands() -> None:
    """A newcomer sees them without scrolling."""
    first = "\n".join(README.splitlines()[:16])
    assert first.startswith("# wsdemo\n\nA course on WebSocket")
    assert "](.github/wire.png)" in first
    assert first.index("make lab") < first.index("make test")


def test_every_target_is_documented() -> None:
    """In the README, and by `make help`; and no target is documented that is not there."""
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", README)) == set(TARGETS)
    phony = re.findall(r"\.PHONY: (.*)", MAKEFILE)[0].split()
    assert set(phony) == set(TARGETS)


COMMANDS = re.findall(r"^\| `wsdemo (\S+)` \| (.*) \|$", README, re.MULTILINE)
LIBRARY_TEST = re.findall(r"```py\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("command", [command for command, _ in COMMANDS])
def test_every_command_exists(command: str) -> None:
    """What is documented answers to `--help`, or at once."""
    words = [
        sys.executable,
        "-m",
        "wsdemo.cli",
        command,
        *(["--help"] if command[0] != "-" else []),
    ]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_every_option_exists() -> None:
    """The options in the table are those of the command: all of them, and no others."""
    for command, told in COMMANDS:
        if command.startswith("-"):
            continue
        taken = {
            option
            for parameter in _command(command).params
            for option in parameter.opts
            if option.startswith("--") and option != "--help"
        }
        documented = set(re.findall(r"`(--[a-z-]+)`", told))
        # `--browser` is what happens anyway; the README names its opposite.
        assert {option.replace("--no-", "--") for option in documented} == taken, command


def _command(name: str) -> Any:
    group: Any = typer.main.get_command(app)
    return group.commands[name]


def test_every_command_is_documented() -> None:
    """A command that nobody hears of is none."""
    group: Any = typer.main.get_command(app)
    assert {*group.commands, "--version"} == {command for command, _ in COMMANDS}


async def test_the_suite_runs_in_the_tests_of_a_library(tmp_path: Path) -> None:
    """In the three lines that are shown, against a server at the URL that they name."""
    async with running(echo, engine="scratch") as server:
        (lines,) = LIBRARY_TEST
        (tmp_path / "test_my_library.py").write_text(
            lines.replace("ws://127.0.0.1:9001", server.uri), "utf-8"
        )
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "1.1 or 5."]
        done = await asyncio.to_thread(
            subprocess.run, words, cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\d\d passed, \d+ deselected", done.stdout)


def test_the_map_has_every_notebook_and_links_to_those_that_exist() -> None:
    """Honest about what is not there yet, and in step with what is."""
    rows = re.findall(r"^\| (\d\d) \| (.+?) \|", README, re.MULTILINE)
    numbers = [f"{number:02}" for number in range(19)]
    assert [number for number, _ in rows] == sorted(numbers, key=place)
    written = {path.stem[:2]: path for path in (ROOT / "notebooks").glob("*.ipynb")}
    for number, words in rows:
        if number in written:
            target = f"](notebooks/{written[number].name})"
            assert target in words, f"link {number} in the README: [{words}{target}"
            name = title(written[number].stem).partition(" ")[2]
            assert words.partition("]")[0][1:] == name
        else:
            assert "](" not in words, f"{number} is linked, and not written"


def test_local_links_lead_somewhere() -> None:
    """Relative to the file, as a code host resolves them."""
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", README) if ":" not in target]
    assert targets
    assert not [target for target in targets if not (ROOT / target.split("#")[0]).exists()]


@pytest.mark.parametrize(("source", "output"), CODE, ids=["chat", "protocol", "wire", "product"])
def test_the_code_runs_and_prints_what_it_says(source: str, output: str, tmp_path: Path) -> None:
    """To the letter, in a process of its own, with warnings as errors."""
    words = [sys.executable, "-W", "error", "-c", source]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (output, "")


def test_the_bench_has_its_place() -> None:
    """What `wsdemo bench --markdown` prints goes between two comments, below what it means."""
    _, section = README.split("\n## How fast is it?\n")
    section = section.split("\n## ")[0]
    assert re.findall(r"<!-- bench: (\w+) -->\n", section) == ["begin", "end"]
    assert README.count("<!-- bench:") == 2


def test_no_code_goes_untested() -> None:
    """Every block of Python is followed by what it prints."""
    assert README.count("```python") == len(CODE)
