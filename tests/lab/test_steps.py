"""Servers are compared in turns, and steps are as high as their ratios say."""

import sys
from typing import Any

import psutil
import pytest

from tests.lab.handlers import echo
from wsdemo import lab
from wsdemo.errors import LocalError
from wsdemo.lab.bench import golang
from wsdemo.lab.race import Race
from wsdemo.lab.steps import Stairs
from wsdemo.scratch import ServerConnection


class Scripted(Stairs):
    """Stairs whose servers are names, and whose costs come from a script."""

    def __init__(self, script: dict[str, list[float]]) -> None:
        super().__init__(slots=3, seconds=1, turns=1)
        self._script = script
        self._peers = ["tcp"]

    async def serve(self, name: str, handler: Any, **options: Any) -> None:
        """Start nothing."""

    def _measure(self, name: str, depth: int, seconds: float) -> float:
        return self._script[name].pop(0) * depth


async def climbed(script: dict[str, list[float]], names: list[str]) -> tuple[Stairs, list[Race]]:
    """Take steps without a server."""
    stairs = Scripted(script)
    return stairs, [await stairs.step(name, echo) for name in names]


async def test_the_height_of_a_step_is_that_of_the_last_times_their_ratio() -> None:
    """Though the machine is three times as slow when the second is measured."""
    script = {"tcp": [1.0] * 2, "slow": [10.0] * 2 + [30.0] * 2, "fast": [15.0] * 2}
    stairs, (first, second) = await climbed(script, ["slow", "fast"])
    assert "tcp" in first
    assert second.ratio("fast", "slow") == 0.5
    one_at_a_time = repr(stairs.plot()).split("\n")[0]
    assert one_at_a_time == "one message at a time: tcp 1 µs, slow 10 µs, fast 5 µs"


async def test_a_step_that_is_taken_again_replaces_itself() -> None:
    """A cell may be run twice: it is measured against what was before it, not against itself."""
    script = {"tcp": [1.0] * 2, "slow": [10.0] * 6, "fast": [5.0, 5.0, 2.0, 2.0]}
    stairs, races = await climbed(script, ["slow", "fast", "fast"])
    assert "slow" in races[-1]
    assert repr(stairs.plot()).split("\n")[0].endswith("slow 10 µs, fast 2 µs")


async def test_servers_are_measured_and_end() -> None:
    """A peer of the bench, a step of ours, and one from its first message on."""
    async with lab.stairs("tcp", seconds=0.01, turns=1) as stairs:
        race = await stairs.step("ours", echo)
        assert min(race.cost(name, depth) for name in ("tcp", "ours") for depth in (1, 16)) >= 0
        await stairs.serve("websockets", echo, engine="websockets")
        assert "websockets" in await stairs.race("websockets", "ours")
        turns = await stairs.first_turns(echo, {"new": ServerConnection}, turns=2)
        assert [*map(len, turns.values())] == [2]
        assert repr(stairs.plot_turns(turns)).startswith("new: ")
        pids = [target.pid for target in stairs._targets.values()]
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


async def test_a_peer_that_can_not_run_here_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a notebook goes on without it, or does not begin."""
    monkeypatch.setenv("PATH", "")
    async with lab.stairs() as stairs:
        assert "no Go on PATH" in await stairs.peer("gorilla")
    with pytest.raises(LocalError, match="gorilla: no Go on PATH"):
        await lab.stairs("gorilla")


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
async def test_go_is_built_where_there_is_one(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that comes out is the server; here one in Python stands for it."""
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nprint(1, flush=True)\nimport sys\nsys.stdin.read()\n")
    program.chmod(0o755)
    monkeypatch.setattr(golang, "build", lambda folder: program)
    monkeypatch.setattr(Stairs, "_warm_up", lambda self, name: None)
    async with lab.stairs() as stairs:
        assert await stairs.peer("gorilla") == ""
        assert stairs._targets["gorilla"].port == 1
