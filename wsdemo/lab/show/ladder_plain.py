"""A ladder in plain text: two lifelines, and arrows of box-drawing characters between them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wsdemo.lab.show.ladder_steps import Fold, Look, Shape, Step
from wsdemo.lab.show.text import clip, pad, width, wrap

WIDEST = 88
# The least that looks like two endpoints with something between them.
NARROWEST = 48
# What an arrow needs besides its label: a tail, a space on both sides, a shaft, a head.
SHAFT = 10

# U+25BA and U+25C4: every fixed-width font has them, and no system draws them as emoji, as some
# draw U+25B6 and U+25C0.
HEADS = str.maketrans("►", "◄")
ALIVE, SILENT = "│", "┊"
GONE = "✗"
MARK = "▸"

# Shorter than this, a pause is no news.
PAUSE = 0.1


@dataclass(slots=True)
class Lifelines:
    """Which endpoints may still send: the line of one that ended its stream is dotted."""

    client: str = ALIVE
    server: str = ALIVE

    def after(self, step: Step) -> None:
        """Take note of a step, which may end a stream."""
        if step.ends and step.up:
            self.client = SILENT
        elif step.ends:
            self.server = SILENT


def distance(folds: Sequence[Fold], room: int) -> int:
    """How many columns lie between the lifelines, at most `room`."""
    labels = (line for fold in folds for step in fold.steps for line in step.label)
    longest = max((width(label) + SHAFT for label in labels), default=0)
    return min(max(longest, NARROWEST), room)


def shafts(step: Step, room: int) -> tuple[str, str]:
    """Draw what is left and right of a label, in `room` columns together."""
    line = "╌" if step.look is Look.END else "─"
    size = room - 3
    tail, ahead = line * 2, line * size + "►"
    if step.shape is Shape.LOST:
        ahead = pad(line * (size // 2) + GONE, size + 1)
    if step.shape is Shape.MIDWAY:
        tail, ahead = " " * (size // 2) + tail, line * (size - size // 2) + "►"
    return (tail, ahead) if step.up else (ahead[::-1].translate(HEADS), tail[::-1])


def pauses(folds: Sequence[Fold]) -> Iterator[tuple[str, Fold]]:
    """Yield each fold with the pause before it, in words, if that is long enough to matter."""
    last: float | None = None
    for fold in folds:
        first = fold.steps[0]
        pause = 0.0 if last is None or first.sent is None else first.sent - last
        yield (f"{pause * 1000:,.0f} ms later" if pause >= PAUSE else ""), fold
        ends = [moment for step in fold.steps for moment in (step.sent, step.arrived)]
        last = max((moment for moment in [last, *ends] if moment is not None), default=None)


def clock(folds: Sequence[Fold]) -> Callable[[float], str]:
    """Choose how to write the times of a ladder: in seconds, or all of them in milliseconds."""
    moments = [step.sent for fold in folds for step in fold.steps if step.sent is not None]
    if max(moments, default=0.0) < 1:
        return lambda moment: f"{moment * 1000:.1f} ms"
    return lambda moment: f"{moment:.3f} s"


def passed(step: Step, written: Callable[[float], str]) -> tuple[str, str]:
    """Write when a step passed the client and the server; nothing where times are not shown."""
    if step.sent is None:
        return "", ""
    sent, arrived = written(step.sent), "" if step.arrived is None else written(step.arrived)
    arrived = "lost" if step.shape is Shape.LOST else arrived
    return (sent, arrived) if step.up else (arrived, sent)


def bracket(fold: Fold, index: int) -> str:
    """Draw what gathers the steps of a fold at their right."""
    if fold.times == 1:
        return ""
    if len(fold.steps) == 1:
        return f"× {fold.times}"
    last = len(fold.steps) - 1
    return {0: "┐", last: f"┘ × {fold.times}"}.get(index, "│")


def broken(label: Sequence[str], size: int) -> list[str]:
    """Break the lines of a head, and set in what continues one."""
    parts = []
    for line in label:
        first, *rest = wrap(line, size - 2) if width(line) > size else [line]
        parts += [first, *(f"  {part}" for part in rest)]
    return parts


def draw(folds: Sequence[Fold], *, times: bool) -> Iterator[str]:
    """Draw a ladder.

    Args:
        folds: The steps.
        times: Whether they carry times.

    Yields:
        Its lines, none wider than 88 columns.
    """
    margin = 12 if times else 6
    size = distance(folds, WIDEST - 2 * margin - 4 if times else WIDEST - 2 * margin - 6)
    lines, written = Lifelines(), clock(folds)
    yield " " * (margin - 3) + pad("client", size + 1) + "server"
    yield _row(lines, "", " " * size, "", margin)
    for pause, fold in pauses(folds):
        if pause:
            yield _row(lines, "", pad(f"· {pause} ·", size, "c"), "", margin)
        for index, step in enumerate(fold.steps):
            left, right = passed(step, written)
            beside = left, right or bracket(fold, index)
            yield from _step(step, lines, size, margin, beside)
            lines.after(step)
    yield _row(lines, "", " " * size, "", margin)


def _step(
    step: Step, lines: Lifelines, size: int, margin: int, beside: tuple[str, str]
) -> Iterator[str]:
    body = _box(step, size) if len(step.label) > 1 else [_arrow(step, size)]
    main = min(1, len(body) - 1)
    for index, middle in enumerate(body):
        left, right = beside if index == main else ("", "")
        sign = pad(MARK if step.marked and index == main else "", 2)
        yield _row(lines, sign + pad(left, margin - 4, "r"), middle, right, margin)


def _row(lines: Lifelines, before: str, middle: str, after: str, margin: int) -> str:
    return f"{pad(before, margin)}{lines.client}{middle}{lines.server} {after}".rstrip()


def _arrow(step: Step, size: int) -> str:
    label = f" {clip(step.label[0], size - SHAFT)} "
    before, after = shafts(step, size - width(label))
    return before + label + after


def _box(step: Step, size: int) -> list[str]:
    """Draw a head as a box, with its arrow at the height of the first line."""
    texts = broken(step.label, size - SHAFT)
    inside = max(map(width, texts))
    before, after = shafts(step, size - inside - 4)
    blank = (" " * width(before), " " * width(after))
    edges = [f"┌{'─' * (inside + 2)}┐", f"└{'─' * (inside + 2)}┘"]
    first, *rest = (pad(text, inside) for text in texts)
    rows = [edges[0], f"┤ {first} ├", *(f"│ {text} │" for text in rest), edges[1]]
    sides = [blank if index != 1 else (before, after) for index in range(len(rows))]
    return [left + row + right for row, (left, right) in zip(rows, sides, strict=True)]
