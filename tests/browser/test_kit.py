"""What all pages share, in a real browser: a connection that keeps itself, its looks, its words.

Time, chance and sockets are those of world.js, so that nothing here waits.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

import wsdemo.pages
from tests.browser import pages
from tests.pages.policy import POLICY
from wsdemo.server import Server, serve

pytestmark = pages.MARKS

KIT = Path(wsdemo.pages.__file__).parent / "kit"
WORLD = Path(__file__).parent / "world.js"
EMPTY = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Kit</title>
<meta http-equiv="Content-Security-Policy"
      content="{"; ".join(f"{name} {value}" for name, value in POLICY.items())}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="kit/kit.css"><main id="main"></main>"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[Server]:
    """An empty page with the kit beside it."""
    shared = {f"/kit/{path.name}": path for path in KIT.iterdir()}
    content: dict[str, Any] = {"/": EMPTY, "/world.js": WORLD, **shared}
    async with serve({"/ws": _nobody}, port=0, pages=content) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser, server: Server) -> AsyncIterator[Page]:
    """The empty page, one for all: every test makes a session of its own."""
    async with pages.tab(browser, server.url) as page:
        yield page


async def _nobody(connection: Any) -> None:
    """No test of the kit connects."""


async def _run(page: Page, body: str) -> Any:
    """Run JavaScript with the kit and the world at hand; return what it returns."""
    names = ("session", "world", "dom", "store", "status")
    paths = [f"./{'' if name == 'world' else 'kit/'}{name}.js" for name in names]
    loads = ", ".join(f"import('{path}')" for path in paths)
    return await page.evaluate(
        f"""async () => {{
            const [kit, world_js, dom, {{ store }}, {{ showStatus }}] =
                await Promise.all([{loads}]);
            const {{ begun, made, settled }} = world_js;
            {body}
        }}"""
    )


async def test_what_waits_goes_out_after_the_resume(page: Page) -> None:
    """The server first learns who this is and what they have."""
    sent = await _run(
        page,
        """const resume = async line => {
               line.send({type: 'hello'});
               await line.request({type: 'join'});
           };
           const {session, world} = made({resume});
           session.send({type: 'say', text: 'early'});
           session.open();
           await world.accept();
           const before = session.state.name;
           world.socket.say({type: 'joined', re: 1});
           await settled();
           return [before, session.state.name, world.socket.sent];""",
    )
    say = {"type": "say", "text": "early"}
    assert sent == ["connecting", "open", [{"type": "hello"}, {"type": "join", "id": 1}, say]]


async def test_a_resume_that_fails_is_tried_again(page: Page) -> None:
    """A line that breaks in the middle of it, a reply that never comes: like any failure."""
    states = await _run(
        page,
        """const resume = line => line.request({type: 'hello'});
           const {world, session, states} = await begun({resume, timeout: 100});
           world.advance(100);
           await settled();
           world.advance(250);
           await world.accept();
           world.socket.say({type: 'welcome', re: 2});
           await settled();
           return states;""",
    )
    assert states == ["connecting", "waiting", "connecting", "open"]


async def test_delays_grow_with_full_jitter(page: Page) -> None:
    """By chance between nothing and twice as much each time, thirty seconds at most."""
    delays = await _run(
        page,
        """const {session, world} = made();
           session.open();
           const delays = [];
           for (let failures = 0; failures < 9; failures++) {
               world.chance = failures % 2 ? 0 : 1;
               world.socket.end(1006);
               delays.push(session.state.until - world.time);
               world.advance(session.state.until - world.time);
           }
           return delays;""",
    )
    assert delays == [500, 0, 2000, 0, 8000, 0, 30000, 0, 30000]


@pytest.mark.parametrize(("lasted", "delay"), [(4_999, 1000), (5_000, 500)])
async def test_only_a_steady_connection_ends_a_series(page: Page, lasted: int, delay: int) -> None:
    """A server that accepts and falls over at once is not dialled as fast as it can fall."""
    assert delay == await _run(
        page,
        f"""const {{session, world}} = made();
            world.chance = 1;
            session.open();
            world.socket.end(1006);
            world.advance(500);
            await world.accept();
            world.advance({lasted});
            world.socket.end(1006);
            return session.state.until - world.time;""",
    )


@pytest.mark.parametrize(
    "event", ["world.network.dispatchEvent(new Event('online'))", "world.show('visible')"]
)
async def test_there_is_no_waiting_when_something_has_changed(page: Page, event: str) -> None:
    """The network is back, or somebody looks at the page again."""
    found = await _run(
        page,
        f"""const {{session, world}} = await begun();
            world.show('hidden');
            world.socket.end(1006);
            const before = [session.state.name, world.sockets.length];
            {event};
            return [before, [session.state.name, world.sockets.length]];""",
    )
    assert found == [["waiting", 1], ["connecting", 2]]


@pytest.mark.parametrize("code", [1000, 1008, 4001])
async def test_stays_away_when_told_to(page: Page, code: int) -> None:
    """By a code of the RFC, or one of the application's own; until somebody presses the button."""
    found = await _run(
        page,
        f"""const {{session, world}} = await begun({{final: code => code === 4001}});
            world.socket.end({code}, 'enough');
            world.advance(60000);
            world.network.dispatchEvent(new Event('online'));
            const after = [session.state, world.sockets.length];
            session.retry();
            return [...after, session.state.name];""",
    )
    closed = {"name": "closed", "code": code, "reason": "enough"}
    assert found == [closed, 1, "connecting"]


async def test_a_resume_may_give_up(page: Page) -> None:
    """What a page can't mend by trying again, it shows."""
    found = await _run(
        page,
        """const resume = async () => { throw new kit.GiveUp('the nickname is taken'); };
           const {session, world} = await begun({resume});
           world.advance(60000);
           return [session.state.name, session.state.reason, world.socket.closed[0],
                   world.sockets.length];""",
    )
    assert found == ["closed", "the nickname is taken", 1000, 1]


async def test_a_silent_peer_is_noticed(page: Page) -> None:
    """TCP doesn't tell: a ping goes out after the interval, and its timeout ends the wait."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           world.advance(14999);
           const quiet = world.socket.sent.length;
           world.advance(1);
           const asked = world.socket.sent.at(-1);
           world.advance(9999);
           const still = session.state.name;
           world.advance(1);
           return [quiet, asked, still, session.state.name, session.state.reason];""",
    )
    gone = "the server does not answer"
    assert found == [0, {"type": "ping"}, "open", "waiting", gone]


async def test_any_message_is_a_sign_of_life(page: Page) -> None:
    """Who talks is not asked; who was asked may answer by talking."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           for (let second = 0; second < 60; second++) {
               world.advance(1000);
               world.socket.say({type: 'said'});
           }
           const asked = world.socket.sent.length;
           world.advance(15000);
           world.socket.say({type: 'said'});
           world.advance(14999);
           return [asked, world.socket.sent.length, session.state.name];""",
    )
    assert found == [0, 1, "open"]


async def test_a_pong_tells_the_round_trip(page: Page) -> None:
    """And is no news for the page."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           let news = 0;
           session.addEventListener('message', () => news++);
           world.advance(15000);
           world.advance(120);
           world.socket.say({type: 'pong'});
           world.advance(14000);
           return [session.state.name, session.rtt, news];""",
    )
    assert found == ["open", 120, 0]


async def test_an_opening_that_hangs_is_given_up(page: Page) -> None:
    """And nothing more is heard of that socket, should it come to life."""
    found = await _run(
        page,
        """const {session, world, states} = made();
           session.open();
           const first = world.socket;
           world.advance(10000);
           first.onopen();
           await settled();
           return [states, first.closed !== null];""",
    )
    assert found == [["connecting", "waiting"], True]


async def test_replies_find_their_requests(page: Page) -> None:
    """In any order; an error is thrown, with what it said."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           const [one, two] = [session.request({type: 'a'}), session.request({type: 'b'})];
           world.socket.say({type: 'error', re: 2, code: 'forbidden', reason: 'not yours'});
           world.socket.say({type: 'done', re: 1});
           const refused = await two.catch(error => error);
           return [(await one).type, refused instanceof kit.Refused, refused.reply.code];""",
    )
    assert found == ["done", True, "forbidden"]


@pytest.mark.parametrize(
    "event", ["world.advance(10000)", "world.socket.end(1006)", "session.close()"]
)
async def test_a_reply_that_does_not_come_is_lost(page: Page, event: str) -> None:
    """In time, or with its connection: the page learns that it doesn't know."""
    found = await _run(
        page,
        f"""const {{session, world}} = await begun();
            const lost = session.request({{type: 'a'}}).catch(error => error);
            {event};
            return (await lost) instanceof kit.Lost;""",
    )
    assert found is True


async def test_without_a_connection_a_request_is_lost_at_once(page: Page) -> None:
    """What may wait is sent, not requested."""
    found = await _run(
        page,
        """const {session} = made();
           return session.request({type: 'a'}).catch(error => error instanceof kit.Lost);""",
    )
    assert found is True


async def test_what_waits_is_bounded(page: Page) -> None:
    """And what is of no use later doesn't wait."""
    found = await _run(
        page,
        """const {session} = made({queue: 2});
           const kept = [1, 2, 3].map(n => session.send({n}));
           return [kept, session.send({n: 4}, {late: false}), session.queued];""",
    )
    assert found == [[True, True, False], False, 2]


async def test_what_cannot_be_read_breaks_the_connection(page: Page) -> None:
    """The next one may do better; the one after this has been unlucky twice."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           world.socket.onmessage({data: '{'});
           return [session.state.name, session.state.reason];""",
    )
    assert found == ["waiting", "the server sent what cannot be read"]


async def test_another_codec_takes_the_place_of_json(page: Page) -> None:
    """Pings too are written with it."""
    found = await _run(
        page,
        """const codec = {
               encode: message => Uint8Array.of(message.type.length),
               decode: data => ({type: 'n', n: data.byteLength}),
           };
           const {session, world} = await begun({codec, protocols: ['bytes']});
           let heard;
           session.addEventListener('message', ({detail}) => heard = detail);
           world.socket.onmessage({data: new ArrayBuffer(3)});
           world.advance(15000);
           return [heard.n, [...world.socket.sent[0]], world.socket.protocols];""",
    )
    assert found == [3, [4], ["bytes"]]


async def test_is_gone_when_closed(page: Page) -> None:
    """It says goodbye, and leaves no timer and no listener."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           session.close(1000, 'bye');
           world.network.dispatchEvent(new Event('online'));
           world.show('visible');
           return [session.state.name, world.socket.closed, world.timers.size,
                   world.sockets.length];""",
    )
    assert found == ["closed", [1000, "bye"], 0, 1]


async def test_the_websocket_is_beside_the_page(page: Page) -> None:
    """Behind a path of a proxy, and with TLS, too."""
    found = await _run(
        page,
        """const at = base => kit.beside('ws', base);
           return [at('http://a:1/'), at('https://a/proxy/8080/?x#y')];""",
    )
    assert found == ["ws://a:1/ws", "wss://a/proxy/8080/ws"]


async def test_the_status_says_it_in_words(page: Page) -> None:
    """Each state has its own; only the words are read out, not the seconds."""
    await _run(
        page,
        """const {session, world} = made();
           const element = dom.el('div');
           document.getElementById('main').replaceChildren(element);
           showStatus(session, element, {later: world.env.later, cancel: world.env.cancel});
           Object.assign(window, {session, world});""",
    )
    status, button = page.get_by_role("status"), page.get_by_role("button")
    await expect(status).to_have_text("Disconnected")
    await button.click()
    await expect(status).to_have_text("Connecting")
    await page.evaluate("world.accept()")
    await expect(status).to_have_text("Connected")
    await expect(button).to_have_count(0)
    await page.evaluate("world.chance = 1, world.socket.end(1006)")
    await expect(status).to_have_text("Connection lost")
    await expect(page.locator(".seconds")).to_have_text("next try in 1 s")
    await button.filter(has_text="Try now").click()
    await page.evaluate("world.socket.end(1008, 'too many bad messages')")
    await expect(status).to_have_text("Disconnected: too many bad messages")


async def test_the_seconds_count_down(page: Page) -> None:
    """Beside the words, and out of a screen reader's way."""
    found = await _run(
        page,
        """const {session, world} = made({first: 4000});
           const element = dom.el('div');
           world.chance = 1;
           session.open();
           showStatus(session, element, {later: world.env.later, cancel: world.env.cancel});
           world.socket.end(1006);
           const seconds = element.querySelector('.seconds');
           const shown = [seconds.textContent];
           for (let n = 0; n < 3; n++) {
               world.advance(1000);
               shown.push(seconds.textContent);
           }
           return [shown, seconds.getAttribute('aria-hidden'), element.dataset.state];""",
    )
    shown = [f"next try in {left} s" for left in (4, 3, 2, 1)]
    assert found == [shown, "true", "waiting"]


async def test_text_stays_text(page: Page) -> None:
    """Markup from outside is shown, not run."""
    found = await _run(
        page,
        """const markup = "<img src=x onerror='window.intruded = true'>";
           const node = dom.el('p', {title: markup, hidden: false}, markup, null);
           return [node.children.length, node.textContent === markup, node.hasAttribute('hidden'),
                   window.intruded ?? false];""",
    )
    assert found == [0, True, False, False]


async def test_a_fault_stands_beside_its_input(page: Page) -> None:
    """In words, and a screen reader reads them with the input; without one, nothing is left."""
    await _run(
        page,
        """const input = dom.el('input', {id: 'nick', 'aria-describedby': 'hint'});
           document.getElementById('main').replaceChildren(
               dom.el('label', {for: 'nick'}, 'Name'), input, dom.el('p', {id: 'hint'}, 'Short.'));
           dom.fault(input, 'This name is taken.');
           Object.assign(window, {input, fault: dom.fault});""",
    )
    field = page.get_by_label("Name")
    await expect(field).to_have_accessible_description("Short. This name is taken.")
    await expect(page.get_by_role("alert")).to_have_text("This name is taken.")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await page.evaluate("fault(input, '')")
    await expect(field).to_have_accessible_description("Short.")
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_live_region_does_not_chatter(page: Page) -> None:
    """The first word at once, then the newest, at most one in the time given."""
    found = await _run(
        page,
        """const {world} = made();
           const region = dom.el('p');
           const say = dom.announcer(region, 2000, world.env.later);
           const heard = [];
           for (let n = 1; n <= 50; n++) {
               say(`${n}`);
               if (heard.at(-1) !== region.textContent) heard.push(region.textContent);
               world.advance(100);
           }
           world.advance(10000);
           say(() => 'later');
           return [...heard, region.textContent];""",
    )
    assert found == ["1", "20", "40", "later"]


async def test_what_is_sent_while_a_connection_ends_waits_for_the_next(page: Page) -> None:
    """The browser would drop it: its socket is closing, and the event has not come yet."""
    found = await _run(
        page,
        """const {session, world} = await begun();
           world.socket.readyState = 2;
           const kept = [session.send({n: 1}), session.send({n: 2}, {late: false})];
           const before = world.socket.sent.length;
           world.socket.end(1006);
           world.advance(session.state.until - session.now());
           await world.accept();
           return [kept, before, world.socket.sent, session.queued];""",
    )
    assert found == [[True, False], 0, [{"n": 1}], 0]


async def test_what_is_kept_survives_a_reload(page: Page) -> None:
    """For the tab, under the page's own name."""
    await _run(page, "store('chat').set('token', {a: 1});")
    await page.reload()
    found = await _run(
        page,
        """const kept = store('chat');
           const before = [kept.get('token'), store('feed').get('token', 'none')];
           kept.remove('token');
           return [...before, kept.get('token')];""",
    )
    assert found == [{"a": 1}, "none", None]


async def test_without_storage_the_page_remembers(page: Page) -> None:
    """In an iframe the mere look at it may throw."""
    found = await _run(
        page,
        """const kept = store('chat', () => { throw new DOMException('no', 'SecurityError'); });
           const before = kept.get('token', 'none');
           kept.set('token', 7);
           return [before, kept.get('token')];""",
    )
    assert found == ["none", 7]


async def test_the_policy_holds(browser: Browser, server: Server) -> None:
    """The one that every page states: no script in the markup, no style, nothing from afar."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(server.url)
    await pages.assert_policy(page)
    await context.close()


TEXTS = ("--ink", "--soft", "--accent", "--good", "--warn", "--bad")
GROUNDS = ("--paper", "--card", "--tint")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_have_contrast(page: Page, scheme: Any) -> None:
    """WCAG 2.2: 4.5:1 for text (1.4.3), 3:1 for the edges of controls (1.4.11)."""
    await page.emulate_media(color_scheme=scheme)
    colours = await pages.colours(page, [*TEXTS, *GROUNDS, "--edge", "--on-accent"])
    wanted = {(text, ground): 4.5 for text in TEXTS for ground in GROUNDS}
    wanted |= {("--on-accent", "--accent"): 4.5, ("--paper", "--ink"): 4.5}
    wanted |= {("--edge", ground): 3.0 for ground in ("--paper", "--card")}
    found = {pair: pages.contrast(*(colours[name] for name in pair)) for pair in wanted}
    assert not {pair: ratio for pair, ratio in found.items() if ratio < wanted[pair]}


async def test_contrast_is_computed_as_the_guidelines_do() -> None:
    """Black on white is 21:1, and #767676 the lightest grey that text may have there."""
    assert pages.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert pages.contrast("#ffffff", "#767676") > 4.5 > pages.contrast("#ffffff", "#777777")


async def test_motion_stops_for_who_asks(page: Page) -> None:
    """prefers-reduced-motion."""
    await page.emulate_media(reduced_motion="reduce")
    found = await _run(
        page,
        """const {session} = made();
           const element = dom.el('div');
           document.getElementById('main').replaceChildren(element);
           showStatus(session, element);
           session.open();
           return getComputedStyle(element.querySelector('svg')).animationName;""",
    )
    assert found == "none"
