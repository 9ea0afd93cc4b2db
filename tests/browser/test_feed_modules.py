"""The modules of the feed's page one by one, in a real browser.

MessagePack is judged by msgspec, which the server speaks, and patterns by the server's own.

Leaves out how they work together, which is in test_feed_page.
"""

import base64
import random
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser import pages
from wsdemo.apps.app import serving
from wsdemo.apps.feed import Feed
from wsdemo.apps.feed.patterns import select

pytestmark = pages.MARKS

FROM_BASE64 = "(text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))"
EDGES = [
    *(sign * (2**bits + near) for sign in (1, -1) for bits in (5, 7, 8, 15, 16, 31, 32, 52)
      for near in (-1, 0, 1)),
    *(0, -1, 2**53 - 1, 1 - 2**53, 0.5, -0.1, 1e300, 5e-324),
    *("x" * size for size in (0, 1, 31, 32, 255, 256, 65_535, 65_536)),
    *("é", "漢字", "𝄞", "\0", "\ufeff", "a\u2028b"),
    *([None] * size for size in (0, 15, 16, 65_535, 65_536)),
    *({str(key): True for key in range(size)} for size in (0, 15, 16)),
    {str(key): False for key in range(65_536)},
]  # fmt: skip
MESSAGES = """
const started = (seq, quotes, feed = 'f') =>
    ({type: 'started', re: 1, how: 'snapshot', feed, seq, patterns: ['*'], quotes});
const updates = (prev, seq, updates, more = {}) =>
    ({type: 'updates', prev, seq, at: seq * 1000, span: 0, updates, ...more});
const snapshot = (since, seq, quotes) => ({type: 'snapshot', re: 2, since, seq, quotes});
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """The page of a feed that stands still, for its modules."""
    async with serving(Feed(1, 0), drain=1.0) as server, pages.tab(browser, server.url) as page:
        yield page


async def _run(page: Page, module: str, body: str, given: Any = None) -> Any:
    """Run JavaScript with what a module exports; return what it returns."""
    return await page.evaluate(
        f"""async (given) => {{
            const module = await import('./{module}.js');
            const octetsOf = {FROM_BASE64};
            {body}
        }}""",
        given,
    )


def _value(chance: random.Random, depth: int = 0) -> Any:
    """Make up something that both JSON and a JavaScript number can hold."""
    kind = chance.randrange(8 if depth < 4 else 6)
    size = chance.choice([0, 1, 2, 5, 17])
    text = "".join(chance.choice("ab<é漢𝄞\n") for _ in range(size))
    match kind:
        case 0:
            return chance.choice([None, True, False])
        case 1 | 2:
            return chance.randint(-(2**53) + 1, 2**53 - 1) >> chance.randrange(54)
        case 3:
            return chance.random() - 0.5
        case 4 | 5:
            return text
        case 6:
            return [_value(chance, depth + 1) for _ in range(size)]
    return {f"{text}{number}": _value(chance, depth + 1) for number in range(size)}


def _packed(values: list[Any]) -> list[str]:
    return [base64.b64encode(msgspec.msgpack.encode(value)).decode() for value in values]


@pytest.mark.parametrize("source", ["edges", "chance"])
async def test_messagepack_is_msgspecs(page: Page, source: str) -> None:
    """What either writes the other reads, and both write the same octets."""
    chance = random.Random(9)
    values = EDGES if source == "edges" else [_value(chance) for _ in range(500)]
    found = await _run(
        page,
        "msgpack",
        """return given.map((text) => {
               const octets = octetsOf(text);
               const value = module.decode(octets.buffer);
               const again = module.encode(value);
               const same = again.length === octets.length
                   && again.every((octet, at) => octet === octets[at]);
               return [JSON.stringify(value), same];
           });""",
        _packed(values),
    )
    assert [msgspec.json.decode(text) for text, _ in found] == values
    assert all(same for _, same in found)


async def test_messagepack_refuses_what_is_cut_short(page: Page) -> None:
    """And what has something after its end."""
    message = {"type": "updates", "prev": 1, "updates": [["AAB", 2**40], ["ACF", -0.5]]}
    found = await _run(
        page,
        "msgpack",
        """const whole = octetsOf(given);
           const outcome = (octets) => {
               try { module.decode(octets); return 'read'; } catch (error) { return error.name; }
           };
           const cuts = [...whole.keys()].map((end) => outcome(whole.slice(0, end)));
           return [[...new Set(cuts)], outcome(new Uint8Array([...whole, 0])), outcome(whole)];""",
        _packed([message])[0],
    )
    assert found == [["SyntaxError"], "SyntaxError", "read"]


@pytest.mark.parametrize(
    "octets",
    [
        b"\xc1",  # never used
        b"\xc4\x01a",  # binary
        b"\xd4\x01a",  # an extension
        b"\xcf\x00\x20\x00\x00\x00\x00\x00\x00",  # 2 ** 53
        b"\xa1\xff",  # no UTF-8
        b"\x81\x01\x01",  # a key that is no string
        b"\xdd\xff\xff\xff\xff",  # four thousand million items, none of them there
        b"\x91" * 1000 + b"\x01",  # deeper than anything the feed says
    ],
)
async def test_messagepack_refuses_what_is_not_for_the_feed(page: Page, octets: bytes) -> None:
    """At once, and whatever it is, with one error."""
    body = "try { return module.decode(octetsOf(given)); } catch (error) { return error.name; }"
    text = base64.b64encode(octets).decode()
    assert await _run(page, "msgpack", body, text) == "SyntaxError"


async def test_a_key_of_messagepack_is_only_a_key(page: Page) -> None:
    """Not the prototype of what is read."""
    body = """const read = module.decode(octetsOf(given));
              return [Object.keys(read), read.polluted === undefined];"""
    (text,) = _packed([{"__proto__": {"polluted": True}}])
    assert await _run(page, "msgpack", body, text) == [["__proto__"], True]


async def test_patterns_are_the_servers(page: Page) -> None:
    """On many that are made up, and on one that would take a regular expression for ever."""
    chance = random.Random(4)
    symbols = ["".join(chance.choices("AB𝄞*", k=chance.randrange(6))) for _ in range(60)]
    patterns = ["".join(chance.choices("AB𝄞*?", k=chance.randrange(1, 7))) for _ in range(200)]
    symbols.append("A" * 32)
    patterns.append("*A" * 15 + "*B")
    body = """return given.patterns.map((pattern) =>
                  given.symbols.filter((symbol) => module.matches(pattern, symbol)));"""
    found = await _run(page, "pattern", body, {"patterns": patterns, "symbols": symbols})
    wanted = [select([pattern], symbols) for pattern in patterns]
    assert [frozenset(each) for each in found] == wanted


async def test_a_series_keeps_the_last_points(page: Page) -> None:
    """In order, however often the ring has grown and gone round; from a time on, and one more."""
    body = """const series = new module.Series(50);
              const lengths = new Set();
              for (let time = 0; time < 333; time++) {
                  series.add(time, 10 * time, time % 2);
                  lengths.add(series.since(0).length - Math.min(time + 1, 50));
              }
              return [[...lengths], series.since(0).map(({time}) => time), series.since(331)];"""
    lengths, times, last = await _run(page, "series", body)
    assert lengths == [0]
    assert times == list(range(283, 333))
    assert [(point["price"], point["skipped"]) for point in last] == [
        (3300, 0),
        (3310, 1),
        (3320, 0),
    ]


async def test_a_rate_is_that_of_the_last_second(page: Page) -> None:
    """What is older is forgotten, after a pause of any length too."""
    body = """const rate = new module.Rate();
              for (let now = 5000; now < 7000; now += 10) rate.add(now, 3);
              return [rate.perSecond(6990), rate.perSecond(7490), rate.perSecond(99_999),
                      rate.total];"""
    assert await _run(page, "rate", body) == [300, 150, 0, 600]


async def test_a_gap_is_a_hole_until_it_is_filled(page: Page) -> None:
    """Ranges that join are no gap; until the hole is filled, a resume begins before it."""
    body = f"""{MESSAGES}
        const market = new module.Market();
        const holes = [
            started(10, [['A', 100, 100], ['B', 5, 5]]),
            updates(10, 12, [['A', 101]]),
            updates(11, 14, [['A', 102]], {{conflated: 2}}),
            updates(20, 25, [['A', 103]]),
            updates(30, 31, []),
            snapshot(14, 29, [['B', 6, 5]]),
            snapshot(14, 35, [['B', 7, 5]]),
        ].map((message) => {{
            market.take(message);
            return [market.hole && [market.hole.since, market.hole.until], market.place.seq];
        }});
        const prices = [...market.quotes.values()].map(({{price}}) => price);
        return [holes, prices, market.counts.gaps, market.counts.conflated];"""
    holes, prices, gaps, conflated = await _run(page, "market", body)
    filled = [[None, 10], [None, 12], [None, 14]]
    assert holes == [*filled, [[14, 20], 14], [[14, 30], 14], [[14, 30], 14], [None, 35]]
    assert (prices, gaps, conflated) == ([103, 7], 2, 2)


async def test_what_a_snapshot_has_overtaken_changes_nothing(page: Page) -> None:
    """An update from before it, or for a symbol that is not subscribed to any more."""
    body = f"""{MESSAGES}
        const market = new module.Market();
        market.take(started(10, [['A', 100, 100]]));
        market.take(snapshot(0, 20, [['A', 120, 100]]));
        const effect = market.take(updates(10, 15, [['A', 115], ['Z', 1]]));
        return [market.quotes.get('A').price, market.seq, effect.changed.length, effect.gap];"""
    assert await _run(page, "market", body) == [120, 20, 0, None]


async def test_another_feed_is_a_new_beginning(page: Page) -> None:
    """Its numbers may be lower, its symbols others; the same feed's history is kept."""
    body = f"""{MESSAGES}
        const market = new module.Market();
        market.take(started(100, [['A', 1, 1], ['B', 2, 2]]));
        market.take(updates(100, 101, [['A', 3]]));
        const points = (symbol) => market.quotes.get(symbol).series.length;
        market.take(started(200, [['A', 4, 1]]));
        const same = [points('A'), [...market.quotes.keys()]];
        market.take(started(5, [['A', 9, 9]], 'g'));
        return [same, points('A'), market.quotes.get('A').price, market.place];"""
    found = await _run(page, "market", body)
    assert found == [[2, ["A"]], 1, 9, {"feed": "g", "seq": 5}]


async def test_changes_of_one_message_are_spread_over_its_time(page: Page) -> None:
    """Unless it is conflated: then each is the newest of its symbol."""
    body = f"""{MESSAGES}
        const market = new module.Market();
        market.take(started(0, [['A', 1, 1]]));
        const three = [['A', 2], ['A', 3], ['A', 4]];
        market.take(updates(0, 3, three, {{at: 9_000_000, span: 2_000_000}}));
        market.take(updates(3, 6, three, {{at: 9_500_000, span: 400_000, conflated: 1}}));
        return market.quotes.get('A').series.since(0).map(({{time}}) => time);"""
    assert await _run(page, "market", body) == [7000, 8000, 9000, 9500, 9500, 9500]


async def test_a_pace_takes_in_order_and_replies_for_nothing(page: Page) -> None:
    """One for each cost; what stands behind waits, and when it costs nothing comes at once."""
    body = """const taken = [];
              const pace = new module.Pace((message) => taken.push(message),
                                           {isFree: (message) => message < 0});
              pace.push(1);
              pace.cost = 1e6;
              for (const message of [2, 3, -4]) pace.push(message);
              const slow = [...taken, pace.waiting];
              pace.cost = 0;
              const fast = [...taken, pace.waiting];
              pace.paused = true;
              pace.push(5);
              pace.push(-6);
              const paused = [...taken, pace.waiting];
              pace.clear();
              pace.paused = false;
              return [slow, fast, paused, taken.length];"""
    slow, fast, paused, taken = await _run(page, "pace", body)
    assert slow == [1, 2, 2]
    assert fast == [1, 2, 3, -4, 0]
    assert paused == [1, 2, 3, -4, 2]
    assert taken == 4


async def test_a_pace_is_bounded(page: Page) -> None:
    """When too much waits it is taken after all, in order, and whoever asked is told."""
    body = """const taken = [];
              let full = 0;
              const pace = new module.Pace((message) => taken.push(message),
                                           {full: () => { full += 1; }});
              pace.paused = true;
              for (let message = 0; message <= 2000; message++) pace.push(message);
              return [full, pace.waiting, taken.every((message, at) => message === at),
                      taken.length, pace.paused];"""
    assert await _run(page, "pace", body) == [1, 0, True, 2001, False]


@pytest.mark.parametrize(("motion", "draws"), [("no-preference", 2), ("reduce", 1)])
async def test_drawing_is_for_changes_only(browser: Browser, motion: Any, draws: int) -> None:
    """Once for a frame; with less motion once a second; without a mark never."""
    async with (
        serving(Feed(1, 0), drain=1.0) as server,
        pages.tab(browser, server.url, reduced_motion=motion) as page,
    ):
        await page.clock.install()
        await _run(
            page,
            "painter",
            """window.draws = 0;
               window.painter = new module.Painter(() => { window.draws += 1; });
               painter.mark(); painter.mark();""",
        )
        await page.clock.run_for(100)
        await page.evaluate("painter.mark()")
        await page.clock.run_for(100)
        assert await page.evaluate("draws") == draws
        await page.clock.run_for(5000)
        assert await page.evaluate("draws") == 2


@pytest.mark.parametrize(
    ("low", "high", "prices"),
    [
        (0, 6, [0, 1, 2, 3, 4, 5, 6]),
        (1234, 1300, [1240, 1260, 1280, 1300]),
        (99.5, 100.5, [100]),
        (84_150, 84_650, [84_200, 84_300, 84_400, 84_500, 84_600]),
    ],
)
async def test_the_grid_has_round_prices(
    page: Page, low: float, high: float, prices: list[int]
) -> None:
    """One, two or five of a power of ten apart, and never less than a cent."""
    body = "return module.gridPrices(given[0], given[1]);"
    assert await _run(page, "chart", body, [low, high]) == prices


async def test_numbers_are_for_people(page: Page) -> None:
    """With a shape and a sign for what goes up or down, and digits in groups."""
    body = """return [module.money(1234567), module.money(-5), module.octets(1_234_567),
                      module.milliseconds(12_345),
                      ...[[102, 100], [99, 100], [100, 100]].map(([now, open]) => {
                          const {mark, text} = module.change(now, open);
                          return `${mark} ${text}`;
                      })];"""
    assert await _run(page, "words", body) == [
        "12,345.67",
        "−0.05",
        "1,234.57 kB",
        "12.35 s",
        "▲ +2.00 %",
        "▼ −1.00 %",
        "■ 0.00 %",
    ]
