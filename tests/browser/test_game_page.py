"""The page of the game in a real browser: people play, lose their connection, and come back.

The arena ticks by itself; what is waited for is what the server's world or the page says. Where
players are to stand somewhere, the test puts them there, between two ticks.

Leaves out the page's rules, which are in test_game_rules, and what depends on time, which is in
test_game_modules on a clock of its own.
"""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser import pages
from wsdemo import lab
from wsdemo.apps.app import serving
from wsdemo.apps.game import Game
from wsdemo.apps.game.field import UNIT
from wsdemo.apps.game.world import Input, Player, World

pytestmark = pages.MARKS

both_engines = pytest.mark.parametrize("engine", ["websockets", "scratch"])

# In the page: what it knows of the game.
STATE = """async () => {
    const {game} = await import('/main.js');
    const {play, switches} = game;
    const places = [...play.players.values()].map(({name, x, y}) => [name, [x, y]]);
    return {id: play.id, tick: play.tick, rtt: play.rtt, switches: {...switches},
            places: Object.fromEntries(places)};
}"""
# In the page: keep all that an element says from now on.
RECORD = """node => {
    const keep = () => (node.said ??= []).push(node.textContent);
    new MutationObserver(keep).observe(node, {childList: true, characterData: true, subtree: true});
}"""
# Pairs of a colour that tells players apart and of what it lies on, as red, green and blue.
COLOURS = """() => {
    const style = getComputedStyle(document.documentElement);
    const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const read = name => {
        context.fillStyle = style.getPropertyValue(name);
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const names = Array.from({length: 8}, (_, number) => `--player-${number}`);
    return ['--ground', '--card'].flatMap(ground => names.map(name => [read(name), read(ground)]));
}"""


@asynccontextmanager
async def _arena(
    engine: str = "websockets", port: int = 0, **options: Any
) -> AsyncIterator[tuple[Game, str]]:
    """Run a game; yield it and where its page is."""
    game = Game(**options)
    async with serving(game, port=port, engine=engine, compression=False, drain=1.0) as server:
        yield game, server.url


@asynccontextmanager
async def _playing(
    browser: Browser, game: Game, url: str, name: str = "ada", **options: Any
) -> AsyncIterator[Page]:
    """Open the page as somebody who is asked for nothing any more, and wait for the player."""
    async with pages.tab(browser, f"{url}?{urlencode({'name': name})}", **options) as page:
        await pages.until(lambda: _player(game, name) is not None)
        await expect(page.locator("#health")).to_have_text("100")
        await page.locator("#arena").focus()
        yield page


def _player(game: Game, name: str) -> Player | None:
    found = [each for each in game.arena.world.players.values() if each.name == name]
    assert len(found) < 2, found
    return found[0] if found else None


def _here(game: Game, name: str) -> Player:
    player = _player(game, name)
    assert player is not None
    return player


async def _put(game: Game, name: str, **state: Any) -> None:
    """Change a player between two ticks, and let one pass; places are in units."""
    world = game.arena.world
    player = _here(game, name)
    parts: dict[str, Any] = {
        key: int(value * UNIT) if key in "xy" else value for key, value in state.items()
    }
    changed = player._replace(**parts)
    game.arena.world = World(world.tick, {**world.players, player.id: changed})
    await pages.until(lambda: game.arena.world.tick > world.tick)


async def _has_said(place: Locator, words: str) -> None:
    """Wait until something that is recorded has said what matches."""

    async def has() -> bool:
        said: list[str] = await place.evaluate("node => node.said ?? []")
        return any(re.fullmatch(words, line) for line in said)

    await pages.until(has)


def _status(page: Page) -> Locator:
    return page.locator("#status").get_by_role("status")


async def _state(page: Page) -> dict[str, Any]:
    state: dict[str, Any] = await page.evaluate(STATE)
    return state


async def _walk(page: Page, game: Game, name: str, key: str = "ArrowRight") -> None:
    """Hold a key until the server has moved the player by a unit."""
    before = _here(game, name)

    def has_moved() -> bool:
        now = _here(game, name)
        return abs(now.x - before.x) + abs(now.y - before.y) > UNIT

    await page.keyboard.down(key)
    await pages.until(has_moved)
    await page.keyboard.up(key)


@both_engines
async def test_two_browsers_see_each_other_move(browser: Browser, engine: str) -> None:
    """What one walks, the other is shown; in the end all three have the same places."""
    async with (
        _arena(engine) as (game, url),
        _playing(browser, game, url, "ada") as ada,
        _playing(browser, game, url, "bob") as bob,
    ):
        await _put(game, "ada", x=10, y=2)
        await _put(game, "bob", x=10, y=17)
        await _walk(ada, game, "ada", "ArrowRight")
        await _walk(bob, game, "bob", "KeyA")

        async def agree() -> bool:
            true = {each.name: [each.x, each.y] for each in game.arena.world.players.values()}
            shown = [(await _state(page))["places"] for page in (ada, bob)]
            return shown == [true, true]

        await pages.until(agree)
        assert _here(game, "ada").x > 11 * UNIT
        assert _here(game, "bob").x < 9 * UNIT


@both_engines
async def test_a_page_whose_connection_is_cut_finds_its_player_again(
    browser: Browser, engine: str
) -> None:
    """With its score, and it can walk on."""
    async with (
        _arena(engine) as (game, url),
        lab.wire(url) as wire,
        _playing(browser, game, wire.uri, breaks=True) as page,
    ):
        await _put(game, "ada", x=10, y=2, score=7)
        before = (await _state(page))["id"]
        await _status(page).evaluate(RECORD)
        wire.cut()
        await _has_said(_status(page), "Connection lost")
        await _has_said(_status(page), "In the arena")
        await expect(_status(page)).to_have_text("In the arena")
        await _walk(page, game, "ada")
        assert (await _state(page))["id"] == before == _here(game, "ada").id
        await expect(page.locator("#score")).to_have_text("7")


async def test_after_a_restart_of_the_server_the_page_plays_on(browser: Browser) -> None:
    """As somebody new: a token of the old server is nobody's on the new one."""
    async with AsyncExitStack() as stack:
        async with _arena() as (old, url):
            page = await stack.enter_async_context(_playing(browser, old, url, breaks=True))
            await _put(old, "ada", score=7)
            await expect(page.locator("#score")).to_have_text("7")
        port = urlsplit(url).port
        assert port is not None
        new, _ = await stack.enter_async_context(_arena(port=port))
        await pages.until(lambda: _player(new, "ada") is not None)
        await expect(page.locator("#score")).to_have_text("0")
        await _walk(page, new, "ada", "ArrowRight")


async def test_a_reload_keeps_the_player(browser: Browser) -> None:
    """The tab has kept its token, and asks for no name."""
    async with _arena() as (game, url), pages.tab(browser, url) as page:
        await _join(page, "ada")
        await pages.until(lambda: _player(game, "ada") is not None)
        await _put(game, "ada", score=3)
        before = _here(game, "ada").id
        await page.reload()
        await expect(page.locator("#score")).to_have_text("3")
        assert (await _state(page))["id"] == before


async def _join(page: Page, name: str) -> None:
    await page.get_by_label("Your name").fill(name)
    await page.keyboard.press("Enter")


async def test_who_leaves_is_gone_and_may_come_again(browser: Browser) -> None:
    """As somebody new: the token was given up."""
    async with _arena() as (game, url), pages.tab(browser, url) as page:
        await _join(page, "ada")
        await pages.until(lambda: _player(game, "ada") is not None)
        first = _here(game, "ada").id
        await page.get_by_role("button", name="Leave").click()
        await pages.until(lambda: _player(game, "ada") is None)
        await _join(page, "ada")
        await pages.until(lambda: _player(game, "ada") is not None)
        assert _here(game, "ada").id != first


async def test_a_player_plays_in_one_page_only(browser: Browser) -> None:
    """The newer one has it; the older one says so, and does not fight for it."""
    async with (
        _arena() as (game, url),
        _playing(browser, game, url) as old,
        pages.tab(browser, url) as new,
    ):
        kept = await old.evaluate("Object.entries(sessionStorage)")
        await new.evaluate("kept => kept.forEach(pair => sessionStorage.setItem(...pair))", kept)
        await new.reload()
        await expect(_status(old)).to_contain_text("plays on another connection")
        await expect(old.get_by_label("Your name")).to_be_visible()
        await expect(_status(new)).to_have_text("In the arena")
        assert (await _state(new))["id"] == _here(game, "ada").id


async def test_a_full_arena_says_so_beside_the_name(browser: Browser) -> None:
    """In words, read out with the input; when there is room, the same button joins."""
    async with _arena(players=1) as (game, url), pages.tab(browser, url) as page:
        seat, _ = game.arena.join("bob")
        await _join(page, "ada")
        name = page.get_by_label("Your name")
        await expect(name).to_have_accessible_description(re.compile("no more are let in"))
        game.arena.leave(seat)
        await pages.until(lambda: _player(game, "bob") is None)
        await page.get_by_role("button", name="Play").click()
        await expect(page.locator("#health")).to_have_text("100")


async def test_hits_and_falls_are_announced(browser: Browser) -> None:
    """Politely, in words: whom we hit and felled, and who does it to us."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        said = page.locator("#said[aria-live=polite]")
        await said.evaluate(RECORD)
        bob, _ = game.arena.join("bob")
        await pages.until(lambda: _player(game, "bob") is not None)
        await _put(game, "ada", x=10, y=2)
        await _put(game, "bob", x=14, y=2.25)
        await page.keyboard.down("Space")
        # Who it was is not known if the snapshot of that tick was left out, as for a slow page.
        await _has_said(said, r"You hit bob\.")
        await _has_said(said, r"You felled (bob|somebody)\. Score 1\.")
        await page.keyboard.up("Space")
        await pages.until(lambda: _here(game, "bob").health > 0)
        await _put(game, "ada", x=10, y=2)
        await _put(game, "bob", x=14, y=2)
        game.arena.take(bob, Input(1, ax=-127, fire=True), 0)
        await _has_said(said, r"Hit( by bob)?\. Health 75\.")
        await expect(page.locator("#health")).to_have_text("75")


async def test_the_keyboard_alone_is_enough(browser: Browser) -> None:
    """Join, walk, switch while walking, set the lag, leave."""
    async with _arena() as (game, url), pages.tab(browser, url) as page:
        keys = page.keyboard
        for _ in range(3):
            await keys.press("Tab")
        await keys.type("ada")
        await keys.press("Enter")
        await expect(page.get_by_role("application", name="Arena")).to_be_focused()
        await pages.until(lambda: _player(game, "ada") is not None)
        await _put(game, "ada", x=10, y=2)
        await _walk(page, game, "ada", "KeyD")
        for key in "pri":
            await keys.press(key)
        assert not any((await _state(page))["switches"].values())
        await keys.press("Tab")
        await keys.press("End")
        assert (await _state(page))["switches"]["lag"] == 500
        await expect(page.get_by_role("slider", name="Added round trip")).to_be_focused()
        await keys.press("Shift+Tab")
        await keys.press("Shift+Tab")
        await keys.press("Enter")
        await pages.until(lambda: _player(game, "ada") is None)


async def test_the_switches_do_what_they_say(browser: Browser) -> None:
    """Lag is in the round trip, and the ghost's place is the server's."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        await page.get_by_role("slider", name="Added round trip").fill("200")
        await pages.until(lambda: _is_slow(page, 200))
        for name in ("Prediction", "Reconciliation", "Interpolation"):
            await page.get_by_role("checkbox", name=name).uncheck()
        off = {"prediction": False, "reconciliation": False, "interpolation": False}
        assert (await _state(page))["switches"] == {"lag": 200, **off}
        await expect(page.locator("#rtt")).to_have_text(re.compile(r"^\d{3,} ms$"))


async def _is_slow(page: Page, least: float) -> bool:
    return bool((await _state(page))["rtt"] >= least)


async def test_the_address_says_how_to_begin(browser: Browser) -> None:
    """A notebook can show a page that has joined, with lag and without prediction."""
    async with _arena() as (_, url):
        address = f"{url}?name=ada&lag=300&prediction=off"
        async with pages.tab(browser, address) as page:
            await expect(page.locator("#health")).to_have_text("100")
            switches = (await _state(page))["switches"]
            assert (switches["lag"], switches["prediction"]) == (300, False)
            await expect(page.locator("#lag-shown")).to_have_text("300 ms")
            await expect(page.get_by_label("Your name")).to_be_hidden()


async def test_a_thumb_walks_and_another_fires(browser: Browser) -> None:
    """The stick leads where it is pushed, and stops when it is let go."""
    phone: dict[str, Any] = {"width": 375, "height": 740, "has_touch": True}
    async with _arena() as (game, url), _playing(browser, game, url, **phone) as page:
        await _put(game, "ada", x=10, y=2)
        box = await page.locator("#stick").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x, y + 40)
        await pages.until(lambda: _here(game, "ada").y > 4 * UNIT)
        await page.mouse.up()
        await pages.until(lambda: _here(game, "ada").vy == 0)
        assert _here(game, "ada").x == 10 * UNIT
        await page.get_by_role("button", name="Fire").tap()
        await pages.until(lambda: _here(game, "ada").reload > 0)
        assert _here(game, "ada").ay > 0


async def test_a_mouse_aims_where_it_points_and_fires(browser: Browser) -> None:
    """Whatever way the player walks."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        await _put(game, "ada", x=16, y=9.5)
        box = await page.locator("#arena").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
        await pages.until(lambda: _here(game, "ada").ay == -127)
        assert abs(_here(game, "ada").ax) < 8
        await page.mouse.down()
        await pages.until(lambda: _here(game, "ada").reload > 0)
        await page.mouse.up()


async def test_scores_are_a_table_with_the_leader_first(browser: Browser) -> None:
    """Names head the rows; our own says so in words."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        game.arena.join("bob")
        await pages.until(lambda: _player(game, "bob") is not None)
        await _put(game, "ada", score=2, deaths=1)
        await _put(game, "bob", score=5)
        table = page.get_by_role("table", name="Scores")
        await expect(table.get_by_role("rowheader")).to_have_text(["bob", re.compile("^ada *you$")])
        await expect(table.get_by_role("cell")).to_have_text(["5", "0", "2", "1"])


async def test_everything_has_a_name(browser: Browser) -> None:
    """As a screen reader is told it."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        told = await page.locator("body").aria_snapshot()
    for line in (
        'heading "Arena" [level=1]',
        "status: In the arena",
        'application "Arena"',
        'slider "Added round trip"',
        'checkbox "Prediction P" [checked]',
        'checkbox "Reconciliation R" [checked]',
        'checkbox "Interpolation I" [checked]',
        'table "Scores"',
        'button "Leave"',
    ):
        assert line in told, told


async def test_the_page_has_the_strict_policy(browser: Browser) -> None:
    """No script and no style but its own files, no connection but to its own server."""
    async with _arena() as (_, url):
        context = await browser.new_context()
        page = await context.new_page()
        await page.goto(url)
        await pages.assert_policy(page)
        await context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 700), (1280, 800)])
async def test_it_fits_from_a_phone_to_a_desk(
    browser: Browser, screenshots: Path, width: int, height: int, *, dark: bool
) -> None:
    """Nothing sticks out, before and after joining, and nobody scrolls sideways."""
    shape: dict[str, Any] = {"width": width, "height": height, "dark": dark}
    name = f"game-{width}-{'dark' if dark else 'light'}"
    async with _arena(bots=5, seed=3) as (game, url), pages.tab(browser, url, **shape) as page:
        assert await pages.wider(page) == []
        await pages.shoot(page, screenshots, f"{name}-join")
        await _join(page, "a name of 16 let")
        await expect(page.locator("#health")).not_to_have_text("–")
        await page.get_by_role("slider", name="Added round trip").fill("300")
        await page.locator("#arena").focus()
        await page.keyboard.down("KeyS")
        tick = game.arena.world.tick
        await pages.until(lambda: game.arena.world.tick > tick + 20)
        assert await pages.wider(page) == []
        await pages.shoot(page, screenshots, name)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_players_stand_out_from_the_ground(browser: Browser, *, dark: bool) -> None:
    """By 3:1 at least (WCAG 2.2, 1.4.11), on the field and in the table."""
    async with _arena() as (_, url), pages.tab(browser, url, dark=dark) as page:
        for colour, ground in await page.evaluate(COLOURS):
            light, dim = sorted((_luminance(colour), _luminance(ground)), reverse=True)
            assert (light + 0.05) / (dim + 0.05) >= 3, (colour, ground)


def _luminance(colour: list[int]) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [part / 255 for part in colour]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_the_picture_has_every_pixel_of_the_screen(browser: Browser) -> None:
    """At two pixels to a CSS pixel it is twice as large."""
    dense: dict[str, Any] = {"device_scale_factor": 2}
    async with _arena() as (game, url), _playing(browser, game, url, **dense) as page:
        sizes = "canvas => [canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight]"
        assert await page.locator("#arena").evaluate(sizes) == [2, 2]


# Copied first: to read from the picture itself would make its next frames slower.
CORNER = """canvas => {
    const copy = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    copy.drawImage(canvas, -20, -20);
    return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3).reduce((sum, part) => sum + part);
}"""


async def test_a_change_of_theme_changes_the_picture(browser: Browser) -> None:
    """Without a reload: the field is drawn again in the new colours."""
    async with _arena() as (game, url), _playing(browser, game, url) as page:
        canvas = page.locator("#arena")
        assert await canvas.evaluate(CORNER) > 600

        async def is_dark() -> bool:
            brightness: int = await canvas.evaluate(CORNER)
            return brightness < 200

        await page.emulate_media(color_scheme="dark")
        await pages.until(is_dark)
