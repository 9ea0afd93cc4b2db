"""The page of the feed in a real browser: what it shows is what the market is, whatever happens.

The market moves when the test says so, and what is waited for is what the page says, so that
nothing here waits for a time to pass.

Leaves out what the server does by itself, which is in tests/apps/feed, and the page's modules one
by one, which is in test_feed_modules.
"""

import asyncio
import itertools
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import pages
from wsdemo import engines, lab
from wsdemo.apps.app import serving
from wsdemo.apps.feed import Feed
from wsdemo.apps.feed.messages import MOST_PATTERNS
from wsdemo.lab.wire import Wire

pytestmark = pages.MARKS

NAMES = ("AAB", "ACF", "BX", "BYZ", "CAB")
# What the browser says when the network is back: a page need not wait for its next attempt.
ONLINE = "() => void dispatchEvent(new Event('online'))"
MINUTE = 60.0
WINDOWS = (("wide", 1280, 800), ("frame", 829, 640), ("phone", 320, 640))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The page's own, without the kit's.
MODULES = """() => {
    const own = names => names.filter(name => /[.]js$/.test(name) && !name.includes('/kit/'));
    const nodes = [...document.querySelectorAll('[rel=modulepreload], script')];
    return {
        named: own(nodes.map(node => node.href || node.src)),
        loaded: own(performance.getEntriesByType('resource').map(entry => entry.name)),
    };
}"""
PRICES = """() => Object.fromEntries([...document.querySelectorAll('#quotes tr')].map(row =>
    [row.dataset.symbol, row.querySelector('.price').textContent]))"""


def _url(url: str, **choices: Any) -> str:
    return f"{pages.url_of(url)}?{urlencode(choices, doseq=True)}"


@asynccontextmanager
async def _feed(symbols: Any = NAMES, **options: Any) -> AsyncIterator[tuple[Feed, str]]:
    """Run a feed that moves when it is told to; yield it and where its page is."""
    engine = options.pop("engine", engines.DEFAULT)
    # A time that stands still: no message says that a second has passed without any.
    feed = Feed(symbols, 0, **{"now": lambda: 0.0, **options})
    async with serving(feed, engine=engine, drain=1.0) as server:
        yield feed, server.url


@asynccontextmanager
async def _wired(browser: Browser, **options: Any) -> AsyncIterator[tuple[Feed, Page, Wire]]:
    """Run a feed, and a page that is connected to it through a wire."""
    choices = options.pop("choices", {})
    async with (
        _feed(**options) as (feed, url),
        lab.wire(url) as wire,
        pages.tab(browser, _url(wire.uri, **choices), breaks=True) as page,
    ):
        await _until_current(page, feed)
        yield feed, page, wire


async def _until_current(page: Page, feed: Feed, names: Iterable[str] = NAMES) -> None:
    """Wait until the page shows the prices of these, and of no others."""
    wanted = {symbol: f"{feed.prices[symbol] / 100:,.2f}" for symbol in names}

    async def is_current() -> bool:
        feed.move(0)  # as the ticker does: whoever was behind is told what it is owed
        return bool(await page.evaluate(PRICES) == wanted)

    await pages.until(is_current)


async def _move_and_deliver(feed: Feed, number: int = 1) -> None:
    """Move the market, and wait until the hub has sent what it has to send."""
    feed.move(number)
    for _ in range(4):
        await asyncio.sleep(0)  # the writers' turn: mostly that is all it takes
    await pages.until(lambda: feed.hub.snapshot().waiting == 0)


async def _happened(page: Page, words: str) -> None:
    await expect(page.locator("#journal")).to_contain_text(words)


async def _fact(page: Page, name: str, value: str) -> None:
    await expect(page.locator(f"[data-fact={name}]")).to_have_text(re.compile(f"^{value}$"))


@pytest.mark.parametrize("engine", engines.NAMES)
async def test_two_pages_see_the_same_prices(browser: Browser, engine: str) -> None:
    """In either codec what the market says, to the last digit."""
    async with (
        _feed(engine=engine) as (feed, url),
        pages.tab(browser, _url(url, codec="json")) as ada,
        pages.tab(browser, _url(url, codec="msgpack")) as bob,
    ):
        for number in (1, 30, 300):
            feed.move(number)
            await _until_current(ada, feed)
            await _until_current(bob, feed)


async def test_a_lost_connection_is_resumed_without_a_gap(browser: Browser) -> None:
    """Every change since then comes after all, one by one."""
    async with _wired(browser) as (feed, page, wire):
        wire.refuse()
        wire.cut()
        await expect(page.get_by_role("status").first).to_have_text("Connection lost")
        feed.move(40)
        wire.accept()
        await page.evaluate(ONLINE)
        await _happened(page, "resumed after change 0: nothing is missing")
        await _until_current(page, feed)
        await _fact(page, "seq", "40")
        await _fact(page, "gaps", "0")
        assert feed.counts.snapshots == 1


async def test_a_page_that_was_away_too_long_starts_anew(browser: Browser) -> None:
    """It says so, and what it shows is right."""
    async with _wired(browser, history=10) as (feed, page, wire):
        wire.refuse()
        wire.cut()
        await expect(page.get_by_role("button", name="Try now")).to_be_visible()
        feed.move(11)
        wire.accept()
        await page.evaluate(ONLINE)
        await _happened(page, "started anew: 5 prices, as of change 11")
        await _until_current(page, feed)


async def test_another_market_is_not_mixed_with_the_one_before(browser: Browser) -> None:
    """A server that was started again has other symbols, and its numbers mean something else."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(Feed(NAMES, 0), drain=1.0))
        page = await stack.enter_async_context(pages.tab(browser, server.url, breaks=True))
        await expect(page.locator("#quotes tr")).to_have_count(len(NAMES))
        await server.shutdown()
        successor = Feed(("BX", "NEW"), 0, seed=7)
        await stack.enter_async_context(serving(successor, port=server.port, drain=1.0))
        await _until_current(page, successor, ("BX", "NEW"))
        await _fact(page, "gaps", "0")


async def test_a_stalled_link_with_conflation_ends_current(browser: Browser) -> None:
    """What was left out is counted, and no gap."""
    async with _wired(browser) as (feed, page, wire):
        feed.move(20)
        await _until_current(page, feed)
        await _fact(page, "conflated", "0")
        wire.down.stall()
        for _ in range(100):
            feed.move(3)
        wire.down.resume()
        await _until_current(page, feed)
        await _fact(page, "seq", "320")
        await _fact(page, "conflated", "[1-9][0-9]*")
        await _fact(page, "gaps", "0")


async def test_the_server_learns_that_the_page_is_slow(browser: Browser) -> None:
    """A page that takes nothing acknowledges nothing: a window of messages waits, and no more."""
    async with _feed() as (feed, url), pages.tab(browser, url) as page:
        await page.get_by_role("button", name="Stop reading").click()
        for _ in range(40):
            await _move_and_deliver(feed)
        await _fact(page, "waiting", "16")
        await page.get_by_role("button", name="Stop reading").click()
        await _until_current(page, feed)
        await _fact(page, "waiting", "0")
        await _fact(page, "conflated", "[1-9][0-9]*")
        await _fact(page, "gaps", "0")


async def test_without_acknowledgements_everything_waits_in_the_page(browser: Browser) -> None:
    """The browser reads on: the server can't know, and conflates nothing."""
    async with _feed() as (feed, url), pages.tab(browser, _url(url, window="off")) as page:
        await _until_current(page, feed)
        await page.get_by_role("button", name="Stop reading").click()
        for _ in range(40):
            await _move_and_deliver(feed)
        await _fact(page, "waiting", "40")
        await page.get_by_role("button", name="Stop reading").click()
        await _until_current(page, feed)
        await _fact(page, "conflated", "0")


async def test_being_slow_is_chosen_with_a_slider(browser: Browser) -> None:
    """A message takes its time; without one, what waits is taken at once."""
    async with _feed() as (feed, url), pages.tab(browser, url) as page:
        await _until_current(page, feed)
        await page.get_by_role("slider").press("End")
        await expect(page.locator("output")).to_have_text("500 ms for each message")
        for _ in range(10):
            await _move_and_deliver(feed)
        await page.get_by_role("slider").press("Home")
        await expect(page.locator("output")).to_have_text("no time for a message")
        await _until_current(page, feed)
        await _fact(page, "seq", "10")


async def test_a_gap_is_shown_and_filled(browser: Browser) -> None:
    """With the policy that drops messages: the page notices by the numbers, and asks."""
    async with _feed() as (feed, url), pages.tab(browser, _url(url, slow="drop")) as page:
        await _until_current(page, feed)
        await page.get_by_role("button", name="Stop reading").click()
        for _ in range(40):
            await _move_and_deliver(feed)
        await page.get_by_role("button", name="Stop reading").click()
        await _happened(page, "a gap: 24 changes of the market did not come")
        await _happened(page, "the gap after 16 is filled")
        await _until_current(page, feed)
        await _fact(page, "gaps", "1")


async def test_a_page_that_was_disconnected_comes_back(browser: Browser) -> None:
    """With the policy that ends the connection: nothing is missing after the resume."""
    async with _feed() as (feed, url), pages.tab(browser, _url(url, slow="disconnect")) as page:
        await _until_current(page, feed)
        await page.get_by_role("button", name="Stop reading").click()
        for _ in range(17):
            await _move_and_deliver(feed)
        await _happened(page, "disconnected: too slow")
        await page.get_by_role("button", name="Stop reading").click()
        await _happened(page, "nothing is missing")
        await _until_current(page, feed)
        await _fact(page, "conflated", "0")
        await _fact(page, "gaps", "0")


async def test_the_codec_is_changed_on_the_way(browser: Browser) -> None:
    """Another connection, the same numbers: it goes on where it was."""
    async with _feed() as (feed, url), pages.tab(browser, url) as page:
        feed.move(9)
        await _until_current(page, feed)
        await page.get_by_role("radio", name="MessagePack").check()
        await _happened(page, "resumed after change 9: nothing is missing")
        feed.move(9)
        await _until_current(page, feed)
        assert page.url == _url(url, codec="msgpack")  # a reload keeps it


async def test_the_server_is_asked_whether_it_is_there(browser: Browser) -> None:
    """When somebody looks at the page again; the answer is nothing that the board would show."""
    async with _feed() as (feed, url), pages.tab(browser, url) as page:
        feed.move(5)
        await _until_current(page, feed)
        await page.evaluate("() => void document.dispatchEvent(new Event('visibilitychange'))")
        await pages.until(lambda: feed.counts.refreshed == 1)
        feed.move(5)
        await _until_current(page, feed)
        await _fact(page, "seq", "10")
        await expect(page.locator("#journal li")).to_have_count(1)


async def test_every_module_is_asked_for_at_once(browser: Browser) -> None:
    """Named in the page, so that a browser far away need not go from import to import."""
    async with _feed() as (_, url), pages.tab(browser, url) as page:
        found = await page.evaluate(MODULES)
        assert sorted(found["loaded"]) == sorted(found["named"])


async def test_patterns_come_and_go(browser: Browser) -> None:
    """The table has what they cover, and goes on being current."""
    async with _feed() as (feed, url), pages.tab(browser, _url(url, pattern=["A*"])) as page:
        await _until_current(page, feed, ("AAB", "ACF"))
        await page.get_by_label("Symbols").fill("B?")
        await page.get_by_role("button", name="Subscribe", exact=True).click()
        await _until_current(page, feed, ("AAB", "ACF", "BX"))
        await page.get_by_role("button", name="Unsubscribe A*").click()
        await _until_current(page, feed, ("BX",))
        feed.move(50)
        await _until_current(page, feed, ("BX",))
        await expect(page.get_by_role("heading", name="BX")).to_be_visible()


async def test_a_refusal_stands_beside_the_field(browser: Browser) -> None:
    """In the server's words, and read out with the field."""
    most = [f"{number}*" for number in range(MOST_PATTERNS)]
    async with _feed() as (_, url), pages.tab(browser, _url(url, pattern=most)) as page:
        await expect(page.get_by_text("No symbol fits")).to_be_visible()
        field = page.get_by_label("Symbols")
        await field.fill("X")
        await field.press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("33 patterns")
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_value("X")


async def test_an_address_that_makes_no_sense_is_not_tried_again(browser: Browser) -> None:
    """The server says what is wrong with it, and the page says so."""
    async with _feed() as (_, url), pages.tab(browser, _url(url, pattern="A" * 33)) as page:
        status = page.get_by_role("status").first
        await expect(status).to_contain_text("Disconnected: Expected `str` of length <= 32")


async def test_markup_in_a_symbol_is_text(browser: Browser) -> None:
    """Wherever the page shows it."""
    name = "<img src=x onerror=alert(1)>"
    async with _feed((name,)) as (feed, url), pages.tab(browser, _url(url, pattern=name)) as page:
        await _until_current(page, feed, (name,))
        for place in ("#quotes th", "#symbol", "#patterns .chip bdi"):
            assert (await page.locator(place).inner_text()) == name
        assert await page.locator("img").count() == 0


async def test_the_keyboard_is_enough(browser: Browser) -> None:
    """Subscribe, go through the rows, come out of the table with one Tab."""
    async with _feed() as (feed, url), pages.tab(browser, _url(url, pattern="C*")) as page:
        await _until_current(page, feed, ("CAB",))
        await page.keyboard.press("Tab")  # the link to the prices
        await page.keyboard.press("Tab")
        await page.keyboard.type("A*")
        await page.keyboard.press("Enter")
        await _until_current(page, feed, ("AAB", "ACF", "CAB"))
        for _ in range(4):  # the button, two patterns, the table
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="CAB")).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("button", name="ACF")).to_be_focused()
        await expect(page.get_by_role("heading", name="ACF")).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Summary")).to_be_focused()


async def test_what_moves_is_told_without_colour_and_without_chatter(browser: Browser) -> None:
    """A sign, a shape and a word in each row; a screen reader is told only what it asks for."""
    async with _feed(("AAB",), seed=1) as (feed, url), pages.tab(browser, url) as page:
        before = feed.prices["AAB"]
        feed.move(1)
        percent = f"{100 * abs(feed.prices['AAB'] / before - 1):.2f}"
        await _until_current(page, feed, ("AAB",))
        up = feed.prices["AAB"] > before
        sign, shape, word = ("+", "▲", "up") if up else ("−", "▼", "down")
        row = await page.locator("#quotes tr").inner_text()
        assert sign in row
        assert shape in row
        snapshot = await page.locator("#rows").aria_snapshot()
        assert f"{sign}{percent} % {word}" in snapshot
        assert not await page.locator("[aria-live] #quotes, [role=status] #quotes").count()
        await page.get_by_role("button", name="Summary").click()
        await expect(page.locator("#summary")).to_contain_text(f"1 symbol: {int(up)} up")


async def test_the_policy_of_content_holds(browser: Browser) -> None:
    """No script, style or request but those of the page's own server."""
    async with _feed() as (_, url):
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(url)
        await pages.assert_policy(page)
        await context.close()


async def test_it_fits(browser: Browser, screenshots: Path) -> None:
    """Nothing sticks out, however wide the window is, in either theme."""
    start, passed = time.time() - MINUTE, itertools.count()
    moves = 240

    def now() -> float:
        return start + min(1.0, next(passed) / moves) * MINUTE

    async with (
        _feed(100, now=now) as (feed, url),
        pages.tab(browser, _url(url, window="off")) as page,
    ):
        await expect(page.locator("#quotes tr")).to_have_count(100)
        for _ in range(moves):
            await _move_and_deliver(feed, 30)
        for (name, width, height), theme in itertools.product(WINDOWS, THEMES):
            await page.set_viewport_size({"width": width, "height": height})
            await page.emulate_media(color_scheme=theme)
            await _until_current(page, feed, feed.prices)
            assert await pages.wider(page) == []
            await pages.shoot(page, screenshots, f"feed-{name}-{theme}")
