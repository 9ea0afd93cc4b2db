"""What waits for one client, step by step: a picture of an outbox under a policy.

A script is a text: a letter is the next update of that symbol, which is put into the outbox, and a
dot is the client's taking one out. The outbox is the hub's own.

Leaves out everybody else, and what is in the hands of ``send``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from wsdemo.hub import Policy
from wsdemo.hub.outbox import Outbox, Post
from wsdemo.lab.bench.plots import BenchFigure
from wsdemo.lab.show.quantiles import CARD, INK
from wsdemo.lab.show.theme import Hue

__all__ = ["Step", "draw", "steps"]

TAKE = "."
HUES = (Hue.SKY, Hue.ORANGE, Hue.GREEN, Hue.PURPLE)
ROW = 0.42  # inches for each place in the line
AROUND = 0.75  # inches for a title and the names of the steps


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to an outbox.

    Attributes:
        name: the update that is put in, or what is taken out, with an arrow before it.
        waiting: what waits afterwards, the first first.
    """

    name: str
    waiting: tuple[str, ...]


def steps(policy: Policy, script: str, room: int = 100) -> list[Step]:
    """Play a script.

    Args:
        policy: of the outbox.
        script: letters and dots.
        room: how many messages the outbox holds.

    Raises:
        IndexError: something is taken out of an empty outbox.
    """
    return [_last(policy, script[:end], room) for end in range(1, len(script) + 1)]


def _last(policy: Policy, script: str, room: int) -> Step:
    """Play from the beginning: an outbox is looked into by emptying it."""
    outbox, numbers, name = Outbox(policy, room, 2**20), Counter[str](), ""
    for sign in script:
        if sign == TAKE:
            name = f"→ {outbox.take().message!s}"
        else:
            numbers[sign] += 1
            name = f"{sign}{numbers[sign]}"
            outbox.put(Post(name, len(name), slot=("market", sign)))
    waiting = [str(outbox.take().message) for _ in range(len(outbox))]
    return Step(name, tuple(waiting))


def draw(script: str, room: int = 100, **policies: Policy) -> BenchFigure:
    """Draw what waits after each step, under one policy or several.

    Args:
        script: letters and dots.
        room: how many messages an outbox holds.
        policies: by name; underscores become spaces.

    Returns:
        A figure with an axes for each policy: steps from left to right, the head of the line at
        the bottom.
    """
    played = {name.replace("_", " "): steps(each, script, room) for name, each in policies.items()}
    highest = [max(len(step.waiting) for step in row) for row in played.values()]
    words = "\n".join(f"{name}: {_words(row)}" for name, row in played.items())
    with matplotlib.style.context("default"):
        height = ROW * sum(highest) + AROUND * (len(played) - 1)
        figure = BenchFigure(height - 0.3, words)
        rows = figure.subplots(len(played), 1, squeeze=False, height_ratios=highest)[:, 0]
        symbols = sorted(set(script) - {TAKE})
        for axes, (name, row), most in zip(rows, played.items(), highest, strict=True):
            _boxes(axes, row, symbols)
            _dress(axes, name, row, most)
    return figure


def _words(row: Sequence[Step]) -> str:
    return " | ".join(" ".join([f"{step.name}:", *step.waiting]) for step in row)


def _boxes(axes: Axes, row: Sequence[Step], symbols: Sequence[str]) -> None:
    for at, step in enumerate(row):
        for place, update in enumerate(step.waiting):
            hue = HUES[symbols.index(update[0]) % len(HUES)].hex
            new = update == step.name
            box = FancyBboxPatch(
                (at - 0.36, place + 0.14),
                0.72,
                0.72,
                boxstyle="round,pad=0,rounding_size=0.1",
                facecolor=hue,
                edgecolor=INK if new else "none",
                linewidth=1.6,
            )
            axes.add_patch(box)
            axes.text(at, place + 0.5, update, ha="center", va="center", fontsize=9, color=INK)


def _dress(axes: Axes, name: str, row: Sequence[Step], most: int) -> None:
    axes.set_facecolor(CARD)
    axes.set_title(name, loc="left", fontsize=10, color=INK)
    axes.set_xlim(-0.6, len(row) - 0.4)
    axes.set_ylim(0, max(1, most))
    axes.set_xticks(range(len(row)), [step.name for step in row])
    axes.set_yticks([])
    axes.tick_params(length=0, labelsize=9, colors=INK)
    axes.spines[["left", "right", "top"]].set_visible(False)
