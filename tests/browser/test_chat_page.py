"""The page of the chat in a real browser: people talk, lose their connection, and lose nothing.

Every test has a room of its own in a chat that the tests of one engine share; those that restart
the server, or want another pace, have a chat of their own.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Locator, Page, expect

from tests.browser import pages
from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.chat import Chat, Pace
from wsdemo.apps.chat.client import ChatClient
from wsdemo.server import Server, serve

pytestmark = pages.MARKS

MARKUP = "<img src=x onerror='window.intruded = true'><b>bold</b> & \"quoted\""
WATCH_TYPING = """() => {
    const typing = document.getElementById('typing');
    window.seen = new Set();
    new MutationObserver(() => typing.textContent && seen.add(typing.textContent))
        .observe(typing, {childList: true});
}"""
NO_STORAGE = """for (const name of ['sessionStorage', 'localStorage'])
    Object.defineProperty(window, name,
                          {get() { throw new DOMException('no', 'SecurityError'); }});"""


@pytest_asyncio.fixture(
    scope="module", loop_scope="session", params=["websockets", "scratch"], name="server"
)
async def _server(request: pytest.FixtureRequest) -> AsyncIterator[Server]:
    """A chat on each engine."""
    async with serving(Chat(), engine=request.param) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chat() -> AsyncIterator[Server]:
    """A chat, for what doesn't depend on the engine."""
    async with serving(Chat()) as server:
        yield server


@pytest.fixture(name="room")
def _room(rooms: Any) -> str:
    """A room that no other test has."""
    return f"room-{next(rooms)}"


@pytest.fixture(scope="module")
def rooms() -> Any:
    """Numbers of rooms."""
    return count(1)


class Cast:
    """People, each in a tab, which somebody else gets afterwards: to open one is what costs."""

    def __init__(self, browser: Browser, stack: AsyncExitStack) -> None:
        self._browser = browser
        self._stack = stack
        self._idle: list[tuple[str, Page, list[str]]] = []

    @asynccontextmanager
    async def tab(self, url: str, **options: Any) -> AsyncIterator[Page]:
        """Open a page, at its door; one with options is its own."""
        if options:
            async with pages.tab(self._browser, url, **options) as page:
                yield page
            return
        fits = [each for each in self._idle if each[0] == url]
        url, page, faults = fits[0] if fits else await self._open(url)
        self._idle = [each for each in self._idle if each[1] is not page]
        yield page
        assert not faults
        await page.get_by_role("button", name="Change name").click()
        self._idle.append((url, page, faults))

    async def _open(self, url: str) -> tuple[str, Page, list[str]]:
        page = await self._stack.enter_async_context(pages.tab(self._browser, url))
        return url, page, pages.watch(page)

    @asynccontextmanager
    async def person(self, url: str, nick: str, room: str, **options: Any) -> AsyncIterator[Page]:
        """Open a page as somebody, in a room."""
        async with self.tab(url, **options) as page:
            await _enter(page, nick, room)
            yield page

    @asynccontextmanager
    async def pair(
        self, url: str, room: str, *, bobs: str | None = None, **options: Any
    ) -> AsyncIterator[tuple[Page, Page]]:
        """Open Ada's page and Bob's; his has the options, and may have another URL."""
        async with (
            self.person(url, f"Ada-{room}", room) as ada,
            self.person(bobs or url, f"Bob-{room}", room, **options) as bob,
        ):
            yield ada, bob


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cast(browser: Browser) -> AsyncIterator[Cast]:
    """People for all tests."""
    async with AsyncExitStack() as stack:
        yield Cast(browser, stack)


async def _enter(page: Page, nick: str, room: str) -> None:
    await page.get_by_role("textbox", name="Nickname").fill(nick)
    await page.get_by_role("textbox", name="Room").fill(room)
    await page.get_by_role("button", name="Enter").click()
    await expect(page.get_by_role("heading", name=room)).to_be_visible()


def _texts(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("article").locator(".text")


def _message(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_role("article").filter(has_text=text)


async def _say(page: Page, *texts: str) -> None:
    for text in texts:
        await page.get_by_role("textbox", name="Message").fill(text)
        await page.keyboard.press("Enter")


async def _delivered(page: Page | FrameLocator, messages: int) -> None:
    await expect(page.get_by_role("img", name="delivered")).to_have_count(messages)


async def _said(server: Server, room: str, *texts: str) -> None:
    """Say a lot, without a browser."""
    async with ChatClient(server.uri, f"Bot-{room}") as bot:
        await bot.join(room)
        for text in texts:
            await bot.say(room, text)


def _websocket(wire: Any) -> Any:
    """Return the newest WebSocket of a wire: a browser keeps others open, to have them ready."""
    opened = (each for each in wire.recording.entries() if "GET /ws" in str(each))
    return wire.connections[max(each.connection for each in opened)]


async def _connected(page: Page, state: str = "Connected") -> None:
    await expect(page.locator("#status").get_by_role("status")).to_have_text(state)


async def _again(page: Page) -> None:
    """Connect again without waiting for the delay, unless it has run out already."""
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await _connected(page)


async def test_two_people_talk(cast: Cast, server: Server, room: str) -> None:
    """Both see the same, in the same order; one's own is ticked when the server has it."""
    async with cast.pair(server.url, room) as (ada, bob):
        await _say(ada, "Hello")
        await expect(_texts(bob)).to_have_text(["Hello"])
        await expect(bob.locator("#news")).to_have_text(f"Ada-{room}: Hello")  # read out
        await _say(bob, "Hello to you,\nAda")
        await _say(ada, "How are you?")
        for page in (ada, bob):
            await expect(_texts(page)).to_have_text(["Hello", "Hello to you,\nAda", "How are you?"])
        await _delivered(ada, 2)


async def test_nothing_is_lost_by_a_cut(cast: Cast, server: Server, room: str) -> None:
    """What was said on both sides in the meantime is there once, on both sides."""
    async with (
        lab.wire(server.uri) as wire,
        cast.pair(server.url, room, bobs=pages.url_of(wire.uri), breaks=True) as (ada, bob),
    ):
        await _say(bob, "before")
        await expect(_texts(ada)).to_have_text(["before"])
        wire.refuse()
        wire.cut()
        await _connected(bob, "Connection lost")
        await _say(ada, "one", "two", "three")
        await _delivered(ada, 3)
        await _say(bob, "four", "five")
        await expect(_message(bob, "four")).to_contain_text("sending …")
        wire.accept()
        await _again(bob)
        for page in (ada, bob):
            await expect(_texts(page)).to_have_text(
                ["before", "one", "two", "three", "four", "five"]
            )
        await _delivered(bob, 3)


async def test_a_lost_acknowledgement_doubles_nothing(
    cast: Cast, server: Server, room: str
) -> None:
    """The server has it and the page doesn't know: it is sent again, and known again."""
    async with (
        lab.wire(server.uri) as wire,
        cast.pair(server.url, room, bobs=pages.url_of(wire.uri), breaks=True) as (ada, bob),
    ):
        wire.down.stall()
        await _say(bob, "once")
        await expect(_texts(ada)).to_have_text(["once"])
        await expect(_message(bob, "once")).to_contain_text("sending …")
        wire.cut()
        wire.down.resume()
        await _connected(bob)
        await _delivered(bob, 1)
        await _say(bob, "twice?")
        for page in (ada, bob):
            await expect(_texts(page)).to_have_text(["once", "twice?"])


async def test_a_half_open_connection_is_noticed(cast: Cast, chat: Server, room: str) -> None:
    """Nothing comes and nothing closes: the page asks, and after a while has its answer."""
    async with (
        lab.wire(chat.uri) as wire,
        cast.pair(chat.url, room, bobs=pages.url_of(wire.uri), breaks=True, clock=True) as (
            ada,
            bob,
        ),
    ):
        _websocket(wire).half_open()
        await _say(ada, "are you there?")
        await _delivered(ada, 1)
        await _say(bob, "I say something")
        await _connected(bob)
        for _ in range(3):
            await bob.clock.fast_forward(16_000)
        await _connected(bob)
        for page in (ada, bob):
            await expect(_texts(page)).to_have_text(["are you there?", "I say something"])


async def test_comes_back_to_a_server_that_was_started_again(
    browser: Browser, tmp_path: Path
) -> None:
    """With its file: everything is there, once, and the nickname still belongs to who had it."""
    file = tmp_path / "chat.db"
    async with AsyncExitStack() as stack:
        async with serving(Chat(file)) as server:
            ada = await stack.enter_async_context(pages.tab(browser, server.url, breaks=True))
            await _enter(ada, "Ada", "lobby")
            await _say(ada, "before")
            await _delivered(ada, 1)
        await _connected(ada, "Connection lost")
        await _say(ada, "meanwhile")
        await stack.enter_async_context(serving(Chat(file), port=server.port))
        await _again(ada)
        await _delivered(ada, 2)
        await expect(_texts(ada)).to_have_text(["before", "meanwhile"])


async def test_begins_anew_with_a_server_that_has_forgotten(browser: Browser) -> None:
    """In memory: offsets of the old log mean nothing in the new one, and the page knows."""
    async with AsyncExitStack() as stack:
        async with serving(Chat()) as server:
            ada = await stack.enter_async_context(pages.tab(browser, server.url, breaks=True))
            await _enter(ada, "Ada", "lobby")
            await _say(ada, "one", "two", "three")
            await _delivered(ada, 3)
        await _connected(ada, "Connection lost")
        server = await stack.enter_async_context(serving(Chat(), port=server.port))
        await _again(ada)
        await _said(server, "lobby", "a new beginning")
        await expect(_texts(ada)).to_have_text(["a new beginning"])
        await _say(ada, "indeed")
        await expect(_texts(ada)).to_have_text(["a new beginning", "indeed"])


async def test_markup_is_text(cast: Cast, chat: Server, room: str) -> None:
    """And an address is a link that leads nowhere but there."""
    async with cast.pair(chat.url, room) as (ada, bob):
        await _say(ada, MARKUP, "see https://example.org/a?b=c, javascript:alert(1)")
        await expect(_texts(bob).first).to_have_text(MARKUP)
        link = bob.get_by_role("log").get_by_role("link")
        await expect(link).to_have_attribute("href", "https://example.org/a?b=c")
        await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
        assert not await bob.evaluate("'intruded' in window")


async def test_an_override_of_direction_ends_with_the_text(
    cast: Cast, chat: Server, room: str
) -> None:
    """What stands after it stays there."""
    async with cast.person(chat.url, f"Ada-{room}", room) as ada:
        await _say(ada, "\u202eolleH")
        await _delivered(ada, 1)
        text = await _texts(ada).bounding_box()
        tick = await ada.get_by_role("img", name="delivered").bounding_box()
        assert text is not None
        assert tick is not None
        assert tick["x"] >= text["x"] + text["width"]


async def test_a_conversation_with_the_keyboard_alone(cast: Cast, chat: Server, room: str) -> None:
    """Come in, say something in two lines, edit it, delete it, leave the message list."""
    async with cast.tab(chat.url) as page:
        keys = page.keyboard
        await expect(page.get_by_role("textbox", name="Nickname")).to_be_focused()
        await keys.type(f"Kim-{room}")
        await keys.press("Tab")
        await keys.press("ControlOrMeta+A")
        await keys.type(room)
        await keys.press("Enter")
        await expect(page.get_by_role("textbox", name="Message")).to_be_focused()
        await keys.type("one")
        await keys.press("Shift+Enter")
        await keys.type("two")
        await keys.press("Enter")
        await _delivered(page, 1)
        await expect(_texts(page)).to_have_text(["one\ntwo"])
        await keys.press("ArrowUp")
        await keys.press("End")
        await keys.type("!")
        await keys.press("Enter")
        await expect(_texts(page)).to_have_text(["one\ntwo!"])
        await expect(_message(page, "two!")).to_contain_text("edited")
        await keys.press("Shift+Tab")
        await expect(page.get_by_role("log")).to_be_focused()
        await keys.press("ArrowUp")
        await expect(_message(page, "two!")).to_be_focused()
        for key in ("Tab", "Tab", "Enter", "Enter"):
            await keys.press(key)
        await expect(_texts(page)).to_have_text(["This message was deleted."])


async def test_others_see_what_is_edited_and_deleted(cast: Cast, chat: Server, room: str) -> None:
    """In its place; and who comes later sees it like that, too."""
    async with cast.pair(chat.url, room) as (ada, bob):
        await _say(bob, "frist", "second", "third")
        await expect(_texts(ada)).to_have_text(["frist", "second", "third"])
        await _message(bob, "frist").hover()
        await _message(bob, "frist").get_by_role("button", name="Edit").click()
        await _say(bob, "first")
        await _message(ada, "third").hover()  # the room is hers
        for _ in range(2):
            await _message(ada, "third").get_by_role("button", name="Delete").click()
        shown = ["first", "second", "This message was deleted."]
        await expect(_texts(ada)).to_have_text(shown)
        await expect(_texts(bob)).to_have_text(shown)
        await bob.reload()
        await expect(_texts(bob)).to_have_text(shown)
        await expect(_message(bob, "first")).to_contain_text("edited")
        await _message(bob, "second").hover()
        await expect(_message(bob, "first").get_by_role("button", name="Edit")).to_have_count(1)
        await expect(_message(ada, "second").get_by_role("button", name="Edit")).to_have_count(0)


async def test_a_direct_message_is_for_one_person(cast: Cast, chat: Server, room: str) -> None:
    """It is announced where it belongs, and a third person gets nothing of it."""
    async with (
        cast.pair(chat.url, room) as (ada, bob),
        cast.person(chat.url, f"Eve-{room}", room) as eve,
    ):
        people = ada.get_by_role("complementary", name="people")
        await people.get_by_role("button", name="Bob").click()
        await _say(ada, "just for you")
        opened = bob.get_by_role("navigation").get_by_role("button", name=f"Ada-{room}")
        await expect(opened).to_contain_text("1 new")
        await expect(bob).to_have_title(f"(1) {room} · Chat")
        await opened.click()
        await expect(_texts(bob)).to_have_text(["just for you"])
        await _say(bob, "thank you")
        await expect(_texts(ada)).to_have_text(["just for you", "thank you"])
        await ada.reload()
        await ada.get_by_role("navigation").get_by_role("button", name=f"Bob-{room}").click()
        await expect(_texts(ada)).to_have_text(["just for you", "thank you"])
        await _say(eve, "I see nothing")
        await expect(_texts(eve)).to_have_text(["I see nothing"])
        await expect(eve.get_by_role("navigation").get_by_role("button", name="Ada")).to_have_count(
            0
        )


async def test_typing_is_seen_until_something_is_said(cast: Cast, chat: Server, room: str) -> None:
    """And one doesn't see oneself typing."""
    async with cast.pair(chat.url, room) as (ada, bob):
        for page in (ada, bob):
            await page.evaluate(WATCH_TYPING)
        await bob.get_by_role("textbox", name="Message").press_sequentially("He")
        await ada.wait_for_function("name => seen.has(`${name} is typing …`)", arg=f"Bob-{room}")
        await bob.keyboard.press("Enter")
        await expect(ada.locator("#typing")).to_have_text("")
        assert await bob.evaluate("[...seen]") == []


async def test_who_has_vanished_is_away(browser: Browser) -> None:
    """In words, too."""
    async with (
        serving(Chat(pace=Pace(grace=0, patience=60, batch=0))) as server,
        pages.tab(browser, server.url) as ada,
    ):
        await _enter(ada, "Ada", "lobby")
        bob = ada.get_by_role("complementary").get_by_role("listitem").filter(has_text="Bob")
        async with pages.tab(browser, server.url) as page:
            await _enter(page, "Bob", "lobby")
            await expect(bob).to_have_text("Bob is here")
        await expect(bob).to_have_text("Bob is away")


async def test_a_nickname_cannot_be_stolen(cast: Cast, chat: Server, room: str) -> None:
    """Not in another spelling either; who it belongs to is back after a reload, and is in."""
    async with cast.person(chat.url, f"Ada-{room}", room) as ada:
        async with cast.tab(chat.url) as thief:
            nick = thief.get_by_role("textbox", name="Nickname")
            await nick.fill(f"ADA-{room}")
            await thief.keyboard.press("Enter")
            await expect(nick).to_have_accessible_description(
                "Letters, digits, - _ and dots. While this tab is open, nobody else can take it. "
                "This nickname belongs to somebody else. Choose another one."
            )
            await nick.fill("a b")
            await thief.keyboard.press("Enter")
            await expect(thief.get_by_role("alert")).to_contain_text("a name is made of letters")
            await _enter(thief, f"Eve-{room}", room)
        await ada.reload()
        await expect(ada.get_by_role("heading", name=room)).to_be_visible()
        await _say(ada, "still me")
        await _delivered(ada, 1)


async def test_what_is_refused_says_why_and_can_be_tried_again(
    cast: Cast, chat: Server, room: str
) -> None:
    """While Bob was away, he was made a reader; what he has written isn't lost."""
    async with (
        lab.wire(chat.uri) as wire,
        cast.pair(chat.url, room, bobs=pages.url_of(wire.uri), breaks=True) as (ada, bob),
    ):
        wire.refuse()
        wire.cut()
        await _connected(bob, "Connection lost")
        await _say(bob, "too late")
        await _grant(ada, f"Bob-{room}", "read")
        wire.accept()
        await _again(bob)
        await expect(_message(bob, "too late")).to_contain_text("You may not do this here.")
        await expect(bob.get_by_role("textbox", name="Message")).to_be_disabled()
        await _grant(ada, f"Bob-{room}", "read and write")
        await expect(bob.get_by_role("textbox", name="Message")).to_be_enabled()
        await bob.get_by_role("button", name="Try again").click()
        await expect(_texts(ada)).to_have_text(["too late"])
        await expect(bob.get_by_role("button", name="Try again")).to_have_count(0)


async def _grant(page: Page, nick: str, role: str) -> None:
    people = page.get_by_role("complementary")
    if not await people.get_by_role("textbox", name="Nickname").is_visible():
        await people.get_by_text("Invite somebody").click()
    await people.get_by_role("textbox", name="Nickname").fill(nick)
    await people.get_by_label("May").select_option(role)
    await people.get_by_role("button", name="Grant").click()
    await expect(people.get_by_role("status")).to_have_text("Done.")


async def test_rooms_are_made_joined_and_left(cast: Cast, chat: Server, room: str) -> None:
    """One that is by invitation is seen by who is invited; and who loses access is out."""
    secret = f"secret-{room}"
    async with cast.pair(chat.url, room) as (ada, bob):
        await ada.get_by_text("New room").click()
        await ada.get_by_role("textbox", name="Name", exact=True).fill(secret)
        await ada.get_by_label("Who may come").select_option("Who is invited")
        await ada.get_by_role("button", name="Make it").click()
        await expect(ada.get_by_role("heading", name=secret)).to_be_visible()
        offered = bob.get_by_role("button", name=f"Join {secret}")
        await expect(offered).to_have_count(0)
        await _grant(ada, f"Bob-{room}", "read and write")
        await expect(bob.get_by_role("alert")).to_contain_text(f"lets you into the room {secret}")
        await offered.click()
        await expect(bob.get_by_role("heading", name=secret)).to_be_visible()
        await expect(bob.get_by_text("Invite somebody")).to_be_visible()
        await _say(bob, "a secret")
        await expect(_texts(ada)).to_have_text(["a secret"])
        await _grant(ada, f"Bob-{room}", "not come in")
        await expect(bob.get_by_role("alert")).to_contain_text(f"You are not in {secret} any more")
        await expect(bob.get_by_role("heading", name=secret)).to_have_count(0)
        await bob.get_by_role("button", name="Dismiss").click()
        await expect(bob.get_by_role("alert")).to_have_count(0)
        await expect(ada.get_by_role("complementary", name="1 person")).to_be_visible()
        await ada.get_by_role("button", name="Leave this room").click()
        await expect(ada.get_by_role("heading", name=f"# {room}", exact=True)).to_be_visible()
        await expect(ada.get_by_role("button", name=f"Join {secret}")).to_be_visible()
        await ada.get_by_role("button", name="Leave this room").click()
        await expect(ada.get_by_role("heading", name="No conversation")).to_be_visible()
        await expect(ada.get_by_role("textbox", name="Message")).to_be_disabled()


async def test_scrolling_back_loads_what_was_said_before(
    cast: Cast, chat: Server, room: str
) -> None:
    """A page at a time, and what one was reading stays where it is; in the end, the beginning."""
    said = [f"message {number}" for number in range(1, 61)]
    async with cast.person(chat.url, f"Ada-{room}", room) as ada:
        await _said(chat, room, *said)
        await expect(_texts(ada)).to_have_text(said)
        await ada.reload()
        await expect(_texts(ada)).to_have_text(said[10:])
        await expect(ada.get_by_text("This is the beginning.")).to_be_hidden()
        oldest = _message(ada, "message 11")
        await ada.get_by_role("log").focus()
        await ada.keyboard.press("Home")
        await expect(oldest).to_be_focused()
        await expect(_texts(ada)).to_have_text(said)
        await expect(oldest).to_be_in_viewport()
        await expect(ada.get_by_text("This is the beginning.")).to_be_visible()


async def test_who_reads_above_is_told_what_comes_below(
    cast: Cast, chat: Server, room: str
) -> None:
    """And isn't torn away from there; the button leads down."""
    async with cast.pair(chat.url, room) as (ada, bob):
        await _said(chat, room, *(f"line {number}" for number in range(1, 31)))
        await expect(_texts(bob)).to_have_count(30)
        await bob.get_by_role("log").focus()
        await bob.keyboard.press("Home")
        await expect(_message(bob, "line 1").first).to_be_in_viewport()
        await _say(ada, "news", "more news")
        await bob.get_by_role("button", name="2 new messages below").click()
        await expect(_message(bob, "more news")).to_be_in_viewport()
        await expect(bob.get_by_role("button", name="below")).to_have_count(0)


async def test_a_second_tab_of_the_same_person_is_another_program(
    cast: Cast, chat: Server, room: str
) -> None:
    """It has a copy of the first one's storage; neither loses what it says to the other's count."""
    async with cast.person(chat.url, f"Ada-{room}", room) as ada:
        await _say(ada, "from the first")
        await _delivered(ada, 1)
        async with ada.context.expect_page() as opened:
            await ada.evaluate("() => void window.open(location.href)")
        second = await opened.value
        await expect(second.get_by_role("heading", name=room)).to_be_visible()
        await _say(second, "from the second")
        await _say(ada, "and the first again")
        for page in (ada, second):
            await expect(_texts(page)).to_have_text(
                ["from the first", "from the second", "and the first again"]
            )


async def test_a_reload_sends_what_had_no_answer(cast: Cast, chat: Server, room: str) -> None:
    """Under its old number, so that it is there once, even if the server had it already."""
    async with (
        lab.wire(chat.uri) as wire,
        cast.pair(chat.url, room, bobs=pages.url_of(wire.uri), breaks=True) as (ada, bob),
    ):
        wire.down.stall()
        await _say(bob, "once")
        await expect(_texts(ada)).to_have_text(["once"])
        wire.down.resume()
        _websocket(wire).half_open()
        await _say(bob, "unheard")
        await bob.reload()
        await _delivered(bob, 2)
        await expect(_texts(ada)).to_have_text(["once", "unheard"])


async def test_who_has_many_rooms_comes_back_to_all(browser: Browser) -> None:
    """It takes as long as the server's rate wants, and is never a flood."""
    names = [f"room-{number}" for number in range(30)]
    async with (
        serving(Chat(rooms=names, rate=50, burst=20)) as server,
        pages.tab(browser, server.url) as ada,
    ):
        await _enter(ada, "Ada", names[0])
        await ada.evaluate(
            "rooms => sessionStorage.setItem('chat.rooms', rooms)", json.dumps(names)
        )
        await ada.reload()
        await _connected(ada)
        places = ada.get_by_role("region", name="Conversations").get_by_role("listitem")
        await expect(places).to_have_count(len(names))


async def test_what_is_too_long_is_not_sent(cast: Cast, chat: Server, room: str) -> None:
    """The page counts as the server does: characters, a smiling face being one."""
    async with cast.person(chat.url, f"Ada-{room}", room) as ada:
        field = ada.get_by_role("textbox", name="Message")
        await _say(ada, "\N{SLIGHTLY SMILING FACE}" * 2001)
        await expect(ada.get_by_role("alert")).to_have_text(
            "2000 characters are the most that can be sent."
        )
        await expect(ada.get_by_text("1 character too many")).to_be_visible()
        await expect(_texts(ada)).to_have_count(0)
        await field.press("Backspace")
        await field.press("Enter")
        await _delivered(ada, 1)


async def test_works_without_storage_in_a_frame(browser: Browser, chat: Server, room: str) -> None:
    """Under a cell of a notebook, which is of another origin."""
    outer = '<!doctype html><link rel="icon" href="data:,">'
    outer += f'<iframe src="{chat.url}" width=700 height=420></iframe>'
    async with (
        serve(_nobody, port=0, pages={"/": outer}) as notebook,
        pages.tab(
            browser, notebook.url.replace("127.0.0.1", "localhost"), before=NO_STORAGE
        ) as page,
    ):
        frame = page.frame_locator("iframe")
        await frame.get_by_role("textbox", name="Nickname").fill(f"Ada-{room}")
        await frame.get_by_role("button", name="Enter").click()
        await frame.get_by_role("textbox", name="Message").fill("from a frame")
        await frame.get_by_role("textbox", name="Message").press("Enter")
        await _delivered(frame, 1)


async def _nobody(connection: Any) -> None:
    """Nobody connects to the notebook."""


async def test_the_policy_holds(browser: Browser, chat: Server) -> None:
    """No script in the markup, no style, nothing from afar."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(chat.url)
    await pages.assert_policy(page)
    await context.close()


async def test_everything_has_a_name(cast: Cast, chat: Server, room: str) -> None:
    """What a screen reader finds: landmarks, the log and its messages, fields, buttons, people."""
    async with cast.person(chat.url, "Zoë", room) as page:
        await _say(page, "Hello")
        await _delivered(page, 1)
        await expect(page.locator("body")).to_match_aria_snapshot(f"""
            - banner:
              - heading "Chat" [level=1]
              - status: Connected
              - text: You are Zoë
              - button "Change name": Change
            - navigation "Conversations":
              - region "Conversations":
                - list:
                  - listitem:
                    - button "{room}"
            - main:
              - heading "# {room}" [level=2]
              - log "# {room}":
                - paragraph: This is the beginning.
                - heading /\\d+/ [level=3]
                - article /You, \\d+/:
                  - paragraph:
                    - text: Hello
                    - img "delivered"
              - textbox "Message"
              - button "Send"
            - complementary "1 person":
              - list:
                - listitem: /Zoë is here/
        """)


LOOKS: dict[str, Any] = {
    "light": {"width": 1280, "height": 800},
    "dark": {"width": 1280, "height": 800},
    "frame": {"width": 700, "height": 420},
    "phone": {"width": 320, "height": 640},
    "phone-dark": {"width": 320, "height": 640},
}


async def test_fits(browser: Browser, chat: Server, room: str, screenshots: Path) -> None:
    """Nothing has to be scrolled sideways, whatever is said; no panel either."""
    async with pages.tab(browser, chat.url) as page:
        await _enter(page, f"Ada-{room}", room)
        await _say(
            page, "Good morning.\nDid it pass?", "x" * 300, "https://example.org/" + "y" * 99
        )
        await _delivered(page, 3)
        for look, size in LOOKS.items():
            await page.set_viewport_size(size)
            await page.emulate_media(color_scheme="dark" if "dark" in look else "light")
            await _assert_fits(page, screenshots, f"chat-{look}")


async def _assert_fits(page: Page, screenshots: Path, name: str) -> None:
    await pages.shoot(page, screenshots, name)
    assert await pages.wider(page) == []
    for panel in ("Rooms", "People"):
        button = page.get_by_role("button", name=panel, exact=True)
        if await button.is_visible():
            await button.click()
            await pages.shoot(page, screenshots, f"{name}-{panel.lower()}")
            assert await pages.wider(page) == []
            await page.keyboard.press("Escape")
            await expect(button).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_initials_have_contrast(parts: Page, scheme: Any) -> None:
    """On each of the hues that a name may have: 4.5:1."""
    await parts.emulate_media(color_scheme=scheme)
    names = ["--ink", *(f"--hue-{number}" for number in range(8))]
    ink, *hues = (await pages.colours(parts, names)).values()
    assert min(pages.contrast(ink, hue) for hue in hues) >= 4.5


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def parts(browser: Browser, chat: Server) -> AsyncIterator[Page]:
    """A page, for its colours and modules."""
    async with pages.tab(browser, chat.url) as page:
        yield page


async def _run(page: Page, body: str) -> Any:
    """Run JavaScript with the parts of the page at hand; return what it returns."""
    return await page.evaluate(
        f"""async () => {{
            const [{{ Room }}, {{ Outbox }}, {{ Refused, Lost }}, {{ patient }}] =
                await Promise.all(['./room.js', './outbox.js', './kit/session.js', './talk.js']
                    .map(path => import(path)));
            const said = (offset, text) =>
                ({{type: 'said', offset, text, nick: 'ada', client: 'c', seq: offset, at: offset}});
            const entered = last => {{
                const room = new Room('lobby');
                room.enter({{role: 'member', open: true, offset: last}}, 'log');
                return room;
            }};
            {body}
        }}"""
    )


async def test_a_room_knows_what_it_has_had(parts: Page) -> None:
    """News that come twice, and a page of history that has some of them: each once, in order."""
    shown = await _run(
        parts,
        """const room = entered(3);
           const isNew = [4, 5, 4].map(offset => room.take(said(offset, `n${offset}`)));
           room.putPage({messages: [2, 3, 4].map(offset => said(offset, `h${offset}`)), before: 2});
           return [isNew, room.messages.map(({text}) => text), room.last, room.before];""",
    )
    assert shown == [[True, True, False], ["h2", "h3", "h4", "n5"], 5, 2]


async def test_what_is_amended_stays_amended(parts: Page) -> None:
    """Though the page of history, which was read before, comes after the news of it."""
    shown = await _run(
        parts,
        """const room = entered(2);
           room.take({type: 'edited', offset: 3, target: 1, text: 'better'});
           room.take({type: 'deleted', offset: 4, target: 2});
           room.putPage({messages: [said(1, 'good'), said(2, 'bad')]});
           return room.messages.map(({text, edited, deleted}) => [text, edited, deleted]);""",
    )
    assert shown == [["better", True, None], ["", None, True]]


async def test_a_room_lets_go_of_the_oldest(parts: Page) -> None:
    """And knows where to ask for them again."""
    shown = await _run(
        parts,
        """const room = entered(0);
           for (let offset = 1; offset <= 10; offset++) room.take(said(offset, 'x'));
           room.trim(4);
           return [room.messages.map(({offset}) => offset), room.before];""",
    )
    assert shown == [[7, 8, 9, 10], 7]


async def test_a_room_lets_go_of_nothing_while_older_ones_are_under_way(parts: Page) -> None:
    """There would be a hole between them and those that are left."""
    shown = await _run(
        parts,
        """const room = entered(2);
           for (let offset = 3; offset <= 6; offset++) room.take(said(offset, 'x'));
           room.loading = true;
           room.trim(2);
           room.putPage({messages: [said(1, 'x'), said(2, 'x')]});
           return room.messages.map(({offset}) => offset);""",
    )
    assert shown == [1, 2, 3, 4, 5, 6]


async def test_what_time_mends_is_asked_again(parts: Page) -> None:
    """As late as the server wants, or a while; what it doesn't mend is told."""
    asked = await _run(
        parts,
        """const codes = ['not_stored', 'slow_down', 'forbidden'], rests = [];
           const line = {request: async () => {
               const code = codes.shift();
               throw new Refused({code, retry_after: code === 'slow_down' ? 3 : undefined});
           }};
           const rest = async ms => { rests.push(ms); };
           const told = await patient(line, {}, rest).catch(error => error.reply.code);
           return [told, rests];""",
    )
    assert asked == ["forbidden", [2000, 3000]]


async def test_two_spellings_of_one_room_are_one(parts: Page) -> None:
    """Though only the server knows that; what is known of it stays."""
    shown = await _run(
        parts,
        """const {Places} = await import('./places.js');
           const places = new Places();
           const room = places.room('Straße');
           const again = places.rename(places.room('STRASSE'), 'Straße');
           const other = places.rename(places.room('ODER'), 'oder');
           return [again === room, places.known('straße') === room, other.name, places.rooms.size];
        """,
    )
    assert shown == [True, True, "oder", 2]


async def test_a_token_is_for_all_spellings_of_a_name(parts: Page) -> None:
    """One that was typed in another case must not cost the name."""
    tokens = await _run(
        parts,
        """const {Identity} = await import('./identity.js');
           const kept = new Map();
           const identity = new Identity({
               get: (key, otherwise = null) => kept.get(key) ?? otherwise,
               set: (key, value) => kept.set(key, value)});
           return [identity.token('Ada'), identity.token('ADA'), identity.token('Bob')];""",
    )
    assert tokens[0] == tokens[1] != tokens[2]


async def test_half_a_surrogate_pair_is_not_sent(parts: Page) -> None:
    """The server could not read it, nor whose answer to give; whole ones are sent."""
    sent = await _run(
        parts,
        """const {cleaned} = await import('./words.js');
           return cleaned('a\\ud800b \\u{1f600}\\udc00');""",
    )
    assert sent == "a\ufffdb \U0001f600\ufffd"


async def test_what_is_hasty_waits_and_keeps_its_order(parts: Page) -> None:
    """Who is told to slow down sends the same again, as late as was said, and then the next."""
    asked = await _run(
        parts,
        """const answers = [
               () => { throw new Refused({code: 'slow_down', retry_after: 3}); },
               () => { throw new Lost('no reply came in time'); },
               () => ({offset: 1}), () => ({offset: 2})];
           const asked = [], rests = [];
           const outbox = new Outbox({
               ask: async ({seq}) => { asked.push(seq); return answers.shift()(); },
               rest: async ms => { rests.push(ms); },
               isOpen: () => true, keep: () => {}, answered: () => {}, changed: () => {}});
           for (const seq of [1, 2]) outbox.add({type: 'say', room: 'lobby', text: 'x', seq});
           await outbox.idle();
           return [asked, rests, outbox.entries.length];""",
    )
    assert asked == [[1, 1, 1, 2], [3000], 0]


async def test_what_is_refused_stays_and_holds_up_nothing(parts: Page) -> None:
    """It has failed, with a reason; what was said after it goes on."""
    left = await _run(
        parts,
        """const outbox = new Outbox({
               ask: async ({seq}) => {
                   if (seq === 1) throw new Refused({code: 'forbidden'});
                   return {offset: seq};
               },
               isOpen: () => true, keep: () => {}, answered: () => {}, changed: () => {}});
           for (const seq of [1, 2]) outbox.add({type: 'say', room: 'lobby', text: 'x', seq});
           await outbox.idle();
           return outbox.entries.map(({seq, state, reason}) => [seq, state, reason]);""",
    )
    assert left == [[1, "failed", "You may not do this here."]]
