"""Trials of the chat: each guarantee keeps what it promises under two faults, and no more."""

from functools import partial

import pytest

from wsdemo import engines
from wsdemo.apps.chat import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE_IN_EFFECT,
    Chat,
    ChatClient,
    Guarantee,
    Pace,
)
from wsdemo.lab import delivery
from wsdemo.lab.app_server import app
from wsdemo.lab.chat_trials import PEOPLE, TEXTS, outcome, storm, trial, until, watch

on_both = pytest.mark.parametrize("engine", engines.NAMES)


@on_both
@pytest.mark.parametrize(
    ("guarantee", "found"),
    [
        (AT_MOST_ONCE, {"partial": ["ann: ann/1"], "lost": ["bob: ann/2"]}),
        (AT_LEAST_ONCE, {"duplicated": ["ann: ann/1", "bob: ann/1"]}),
        (EXACTLY_ONCE_IN_EFFECT, {}),
    ],
    ids=str,
)
async def test_two_faults_show_what_is_promised(
    guarantee: Guarantee, found: dict[str, list[str]], engine: str
) -> None:
    """The lost ack and the absence are at chosen messages, so the verdicts are exact."""
    report = await trial(guarantee, engine)
    verdicts = {
        str(verdict): sorted(f"{each.who}: {each.message}" for each in report[verdict])
        for verdict in report.found
    }
    assert verdicts == found


@on_both
async def test_a_guarantee_of_the_chat_is_one_of_the_checker(engine: str) -> None:
    """The names are the same, and so is what is forbidden."""
    report = await trial(AT_LEAST_ONCE, engine)
    kept = [str(each) for each in delivery.GUARANTEES if report.holds(each)]
    assert kept == [str(AT_LEAST_ONCE)]


@on_both
async def test_a_storm_leaves_nothing_lost_or_doubled(engine: str) -> None:
    """Whatever was under way when it struck."""
    report = await storm(9, engine)
    assert report.holds(delivery.EXACTLY_ONCE_IN_EFFECT), report
    assert report.faults > 5
    assert report.receipts == len(PEOPLE) * report.messages == len(PEOPLE) * (3 * TEXTS + 1)


async def test_an_outcome_is_told_in_words() -> None:
    """What went well, and what was refused."""
    async with app(Chat) as server, ChatClient(server.uri, "ann") as ann:
        assert await outcome(ann.create("cellar")) == "done"
        assert (await outcome(ann.join("attic"))).startswith("no_room: ")


async def test_somebody_is_watched_until_they_are_gone() -> None:
    """Nobody else counts: Bob himself has come, too."""
    pace = Pace(grace=0.01, patience=0.01, batch=0.001)
    async with app(partial(Chat, pace=pace)) as server, ChatClient(server.uri, "bob") as bob:
        async with ChatClient(server.uri, "ann") as ann:
            await bob.join("lobby")
            await ann.join("lobby")
            await ann.say("lobby", "Hello")
            await until(bob, "Hello")
        assert (await watch(bob, "ann"))[-1] == "gone"
