"""The exercise `exactly_once`: every way to lose, double or misplace a text is found and named."""

import pytest

from tests.lab.exercises.wrong import check, defined
from wsdemo.lab.exercises import exercise
from wsdemo.lab.exercises.exactly_once import SCENES, SEEDS
from wsdemo.lab.rehearsal import Keeper, Member, rehearse, schedule

RIGHT = """
class Member:
    def __init__(self, send, show, tick):
        self.send, self.show, self.tick = send, show, tick
        self.seq, self.texts, self.last = 0, {}, 0

    def opened(self):
        self.send({"after": self.last})
        for seq in list(self.texts):
            self.send({"say": self.texts[seq], "seq": seq})

    def say(self, text):
        self.seq += 1
        self.texts[self.seq] = text
        self.send({"say": text, "seq": self.seq})

    def hear(self, message):
        if "ack" in message:
            self.tick(self.texts.pop(message["ack"]))
        elif message["offset"] > self.last:
            self.last = message["offset"]
            self.show(message["said"])
"""


AGAIN = """for seq in list(self.texts):
            self.send({"say": self.texts[seq], "seq": seq})"""
SAY_AGAIN = """texts, self.texts = self.texts, {}
        for text in texts.values():
            self.say(text)"""


async def test_another_right_answer_passes() -> None:
    """Ours is not the only one: this one joins last, and is right all the same."""
    join = '        self.send({"after": self.last})\n'
    later = RIGHT.replace(join, "").replace("\n    def say", f"{join}\n    def say")
    for text in (RIGHT, later):
        report = await check("exactly_once", defined("exactly_once", text))
        assert report.passed, report


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("for seq in list(self.texts):", "for seq in []:", "what has no ack has to be sent again"),
        (AGAIN, SAY_AGAIN, "with the seq that it had"),
        ('{"after": self.last}', '{"after": 10**6}', "was missed by"),
        ("> self.last:", "> 0:", "skip entries"),
        ('self.last = message["offset"]', "self.last = 0", "shown to"),
        ("self.seq += 1", "self.seq = 1", "another text had its seq"),
        ("list(self.texts)", "reversed(list(self.texts))", "in the order in which it was said"),
        ('self.show(message["said"])', "self.show(message)", "show the text of an entry"),
        ('self.tick(self.texts.pop(message["ack"]))', "pass", "never ticked off"),
        ("self.seq += 1", "self.seq += 1; self.tick(text)", "before its ack had come"),
        ('{"after": self.last}', '{"join": self.last}', "It takes"),
        ('{"say": text, "seq": self.seq}', '{"say": text}', "It takes"),
        ("if \"ack\" in message:", "if \"ack\" in message or self.opened():", "raises KeyError"),
        ("elif", "elif self.send({'after': 0}) or", "never stop talking"),
    ],
)  # fmt: skip
async def test_a_mistake_is_named(right: str, wrong: str, fault: str) -> None:
    """One change to a right answer."""
    assert right in RIGHT
    report = await check("exactly_once", defined("exactly_once", RIGHT.replace(right, wrong)))
    assert report.done
    assert report.failing is not None, wrong
    assert fault in report.failing.fault, report.failing


async def test_the_stub_is_right_on_a_quiet_day() -> None:
    """And only then: each other scene needs a change."""
    text = exercise("exactly_once").stub.replace("0, {}", "0, dict()")
    report = await check("exactly_once", defined("exactly_once", text))
    assert [row.case for row in report.rows if row.ok] == ["a quiet day"]


def test_each_scene_breaks_what_it_says() -> None:
    """In some a line breaks under a message; in the others nothing was under way."""
    played = {name: rehearse(Member, Keeper, moves) for name, moves in SCENES.items()}
    whole = {name for name, run in played.items() if not any(trip.lost for trip in run.trips)}
    assert whole == {"a quiet day", "others speak meanwhile", "an old page comes again"}


def test_the_schedules_have_as_many_texts_as_the_table_says() -> None:
    """The number stands in the report."""
    moves = [move for seed in SEEDS for move in schedule(seed)]
    assert sum(move.endswith(" says") for move in moves) == 1_200
