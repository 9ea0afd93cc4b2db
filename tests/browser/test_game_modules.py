"""The modules of the game's page, each by itself, on a clock that the test turns.

The duel is the page's own `Play`, its own lag and the server's rules on one clock: one player, who
begins to walk at 1,000 ms, and one who always walks. What the player sees is looked at every 5 ms.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser import pages
from wsdemo import pages as files
from wsdemo.apps.echo import echo
from wsdemo.server import serve

pytestmark = pages.MARKS

CLOCK = """
    const load = name => import(`/${name}.js`);
    class Clock {
        now = 0;
        timers = [];
        env = {now: () => this.now, later: (action, ms) => this.at(this.now + ms, action)};
        at(due, action) {
            this.timers.push({due, action});
            this.timers.sort((a, b) => a.due - b.due);
        }
        run(end) {
            while (this.timers.length && this.timers[0].due <= end) {
                const {due, action} = this.timers.shift();
                this.now = Math.max(this.now, due);
                action();
            }
            this.now = end;
        }
    }
    const clock = new Clock();
"""
DUEL = """
    const {Play} = await load('play');
    const {lagged} = await load('lag');
    const {makeField} = await load('field');
    const {settingOf, step} = await load('rules');
    const field = {width: 32, height: 19, walls: [], spawns: [[1, 1]]};
    const tick = 1000 / 30;
    const end = given.end ?? 3000;
    const setting = settingOf(makeField(field));
    const walker = (id, y) => ({
        id, name: `p${id}`, x: 4096, y, vx: 0, vy: 0, ax: 127, ay: 0, health: 100,
        reload: 0, down: 0, score: 0, deaths: 0, seq: 0,
    });
    let world = {tick: 100, players: new Map([[1, walker(1, 4096)], [2, walker(2, 9216)]])};
    const waiting = [];
    const socket = {readyState: 1, send: text => waiting.push(JSON.parse(text)), close() {}};
    const slow = lagged(socket, () => given.lag / 2, clock.env);
    const welcome = {player: 1, rate: 30, seq: 0, field};
    const play = new Play(welcome, given);
    const heard = [];
    const seen = [];
    slow.onmessage = ({data}) => heard.push(...play.receive(JSON.parse(data), clock.now));
    const serve = n => {
        const inputs = waiting.splice(0, 1).map(({seq, move, aim: [ax, ay], fire}) =>
            ({seq, move, ax, ay, fire, seen: 0}));
        const other = {seq: n, move: n % 60 < 30 ? 1 : 5, ax: 0, ay: 0, fire: false};
        world = step(world, new Map([[1, inputs], [2, [other]]]), setting).world;
        const players = [...world.players.values()].map(player => Object.values(player));
        socket.onmessage({data: JSON.stringify({type: 'full', tick: world.tick, players})});
    };
    const press = () => {
        const moving = clock.now >= 1000 && clock.now < (given.until ?? Infinity);
        const hand = {move: moving ? 1 : 0, ax: 0, ay: 0, fire: false};
        const message = play.press(hand, clock.now);
        if (message) slow.send(JSON.stringify(message));
    };
    for (let n = 0; n * tick < end; n += 1) {
        clock.at(n * tick + 7, () => serve(n));
        clock.at(n * tick, press);
    }
    for (let at = 0; at < end; at += 5) clock.at(at, () => {
        const {me, ghost, others: [other]} = play.look(at);
        if (me) seen.push({at, x: me.x, ghost: ghost?.x, other: other.x});
    });
    clock.run(end);
    const moved = seen.find(({x}) => x !== 4096)?.at - 1000;
    const steps = key => seen.slice(1).map((now, n) => Math.abs(now[key] - seen[n][key]));
    const backwards = seen.slice(1).some(({x}, n) => x < seen[n].x);
"""
ALL = {"prediction": True, "reconciliation": True, "interpolation": True}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """The page, in which nobody plays."""
    async with (
        serve(echo, port=0, pages=files.of("game")) as server,
        pages.tab(browser, f"http://127.0.0.1:{server.port}/") as page,
    ):
        yield page


async def _run(page: Page, script: str, given: object = None) -> Any:
    return await page.evaluate(f"async given => {{ {CLOCK} {script} }}", given)


async def _duel(page: Page, result: str, **given: Any) -> Any:
    return await _run(page, f"{DUEL} return {result};", ALL | given)


@pytest.mark.parametrize("lag", [0, 300, 500])
async def test_with_prediction_the_player_moves_at_once(page: Page, lag: int) -> None:
    """Within a tick, whatever the lag."""
    assert 0 <= await _duel(page, "moved", lag=lag) <= 34


@pytest.mark.parametrize("lag", [0, 300, 500])
async def test_without_prediction_it_moves_after_the_lag(page: Page, lag: int) -> None:
    """A round trip later, and the tick that the server waits for."""
    moved = await _duel(page, "moved", lag=lag, prediction=False)
    assert lag < moved <= lag + 2 * 34


async def test_with_reconciliation_nothing_is_corrected(page: Page) -> None:
    """The page has the server's rules, so what it predicts is what happens."""
    assert await _duel(page, "[play.corrections, backwards]", lag=300) == [0, False]


async def test_without_reconciliation_the_player_is_thrown_back(page: Page) -> None:
    """Every step is undone by the next snapshot, until the server knows that it walks."""
    result = "[backwards, play.corrections]"
    backwards, corrections = await _duel(page, result, lag=300, reconciliation=False)
    assert backwards
    assert 8 <= corrections <= 12


async def test_the_ghost_is_where_the_server_says(page: Page) -> None:
    """Behind a player who walks; without prediction there is nothing to be told apart."""
    ahead = "seen.at(-1).x - seen.at(-1).ghost"
    assert await _duel(page, ahead, lag=300) > 8 * 273
    assert await _duel(page, "seen.at(-1).ghost === undefined", lag=300, prediction=False)


async def test_who_stops_is_soon_where_the_server_says(page: Page) -> None:
    """When all inputs are acknowledged, prediction and truth are one."""
    result = "[play.look(end).me, play.confirmed].map(({x, y, vx}) => [x, y, vx])"
    predicted, confirmed = await _duel(page, result, lag=300, until=2000)
    assert predicted == confirmed


async def test_interpolation_makes_the_others_glide(page: Page) -> None:
    """In steps of 5 ms and a sixteenth of a tick; without it they jump by a tick's way."""
    assert await _duel(page, "Math.max(...steps('other').slice(200))", lag=100) < 100
    jump = "Math.max(...steps('other').slice(200))"
    assert await _duel(page, jump, lag=100, interpolation=False) == 273


async def test_an_input_says_when_the_others_were_seen(page: Page) -> None:
    """100 ms ago with interpolation, else at the newest snapshot."""
    late = "play.tick * 16 - play.press({move: 0, ax: 0, ay: 0, fire: false}, clock.now).seen"
    assert 30 <= await _duel(page, late, lag=100) <= 64
    assert await _duel(page, late, lag=100, interpolation=False) == 0


async def test_the_round_trip_and_what_is_pending_are_told(page: Page) -> None:
    """At 300 ms some ten inputs are on their way."""
    rtt, pending = await _duel(page, "[play.rtt, play.pending]", lag=300)
    assert 300 <= rtt <= 300 + 2 * 34
    assert 9 <= pending <= 12


async def test_lag_delays_both_ways_and_keeps_the_order(page: Page) -> None:
    """Also when it falls: a later message does not overtake an earlier one."""
    script = """
        const {lagged} = await load('lag');
        let lag = 200;
        const log = [];
        const socket = {readyState: 1, send: data => log.push([clock.now, 'up', data])};
        const slow = lagged(socket, () => lag, clock.env);
        slow.onmessage = ({data}) => log.push([clock.now, 'down', data]);
        slow.send('a');
        socket.onmessage({data: 'b'});
        lag = 0;
        slow.send('c');
        socket.onmessage({data: 'd'});
        clock.run(300);
        slow.send('e');
        return log;
    """
    assert await _run(page, script) == [
        [200, "up", "a"],
        [200, "down", "b"],
        [200, "up", "c"],
        [200, "down", "d"],
        [300, "up", "e"],
    ]


async def test_what_was_sent_before_a_close_still_goes_out(page: Page) -> None:
    """And nothing comes in any more."""
    script = """
        const {lagged} = await load('lag');
        const log = [];
        const close = (...args) => log.push(args);
        const socket = {readyState: 1, send: data => log.push(data), close};
        const slow = lagged(socket, () => 200, clock.env);
        slow.onmessage = ({data}) => log.push(data);
        socket.onmessage({data: 'too late'});
        slow.send('leave');
        slow.close(1000, 'bye');
        clock.run(1000);
        return log;
    """
    assert await _run(page, script) == ["leave", [1000, "bye"]]


async def test_nothing_is_sent_on_a_socket_that_closes(page: Page) -> None:
    """It was open when the message set out; and who looks first sees that it closes."""
    script = """
        const {lagged} = await load('lag');
        const log = [];
        const socket = {readyState: 1, send: data => log.push(data)};
        const slow = lagged(socket, () => 200, clock.env);
        slow.send('in time');
        clock.run(250);
        slow.send('too late');
        socket.readyState = 2;
        clock.run(1000);
        return [log, slow.readyState];
    """
    assert await _run(page, script) == [["in time"], 2]


async def test_a_silent_server_is_not_flooded(page: Page) -> None:
    """After two seconds without an answer the player stands, and nothing more is sent."""
    script = """
        const {Play} = await load('play');
        const field = {width: 32, height: 19, walls: [], spawns: [[1, 1]]};
        const play = new Play({player: 1, rate: 30, seq: 0, field}, {prediction: true});
        const me = seq => [1, 'ada', 4096, 4096, 0, 0, 127, 0, 100, 0, 0, 0, 0, seq];
        const say = (tick, seq) => play.receive({type: 'full', tick, players: [me(seq)]}, 0);
        const press = () => play.press({move: 1, ax: 0, ay: 0, fire: false}, 0);
        const stands = () => play.look(0, 0).me.x === play.look(0, 1).me.x;
        say(100, 0);
        const sent = Array.from({length: 200}, press).filter(Boolean).length;
        const stood = stands();
        say(101, 8);
        return [sent, stood, press() !== null, stands()];
    """
    assert await _run(page, script) == [60, True, True, False]


async def test_a_delta_against_an_unknown_snapshot_asks_for_a_full_one(page: Page) -> None:
    """Its tick is not acknowledged; an old snapshot changes nothing."""
    script = """
        const {Snapshots} = await load('snapshots');
        const kept = new Snapshots();
        const full = {type: 'full', tick: 5, players: []};
        const acks = [full, {type: 'delta', tick: 9, base: 8}, {...full, tick: 10}, full];
        return acks.map(message => [kept.receive(message)?.tick ?? null, kept.ack]);
    """
    assert await _run(page, script) == [[5, 5], [None, 0], [10, 10], [None, 10]]


async def test_a_moment_that_was_shown_does_not_come_again(page: Page) -> None:
    """Snapshots that come late slow the time down, and never turn it back."""
    script = """
        const {Playback} = await load('interpolate');
        const playback = new Playback(30);
        const moments = [];
        for (let tick = 100; tick < 160; tick += 1) {
            const now = tick * 1000 / 30 + (tick % 7) * 20;
            playback.heard(tick, now);
            moments.push(playback.moment(now));
        }
        return moments;
    """
    moments = await _run(page, script)
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] > 50 * 16


async def test_ticks_are_counted_and_a_long_pause_is_forgotten(page: Page) -> None:
    """What a hidden tab has missed does not come as a flood."""
    script = """
        const {Ticker} = await load('ticker');
        const ticker = new Ticker(20);
        return [0, 49, 50, 125, 151, 9999, 10049].map(now => [ticker.due(now), ticker.part]);
    """
    assert await _run(page, script) == [
        [0, 0],
        [0, 0.98],
        [1, 0],
        [1, 0.5],
        [1, 0.02],
        [5, 0],
        [1, 0],
    ]


async def test_octets_are_counted_over_a_second(page: Page) -> None:
    """What is older is forgotten."""
    script = """
        const {Meter} = await load('ticker');
        const meter = new Meter(1000);
        meter.add(300, 0);
        meter.add(200, 500);
        return [meter.rate(999), meter.rate(1000), meter.rate(1500)];
    """
    assert await _run(page, script) == [500, 200, 0]


async def test_headings_of_keys_and_of_a_stick_agree(page: Page) -> None:
    """A stick that hardly leans means nothing."""
    script = """
        const {headingOf, headingOfStick} = await load('aim');
        const {HEADINGS} = await load('rules');
        const stick = HEADINGS.map(([x, y]) => headingOfStick(x * 0.6, y * 0.6));
        return [HEADINGS.map(way => headingOf(...way)), stick, headingOfStick(0.2, 0.1)];
    """
    assert await _run(page, script) == [[*range(9)], [*range(9)], 0]


async def test_an_aim_is_always_in_bounds(page: Page) -> None:
    """Integers, the longer part 127; nowhere is (0, 0), which keeps the aim."""
    script = """
        const {aimed} = await load('aim');
        return [aimed(0.5, 0.25), aimed(-3000, 1), aimed(0, 0)].map(aim => JSON.stringify(aim));
    """
    assert await _run(page, script) == ["[127,64]", "[-127,0]", "[0,0]"]


async def test_keys_are_helped_to_aim_at_whom_they_nearly_meet(page: Page) -> None:
    """At the nearest in sight; not behind a wall, not behind the back, not at who has fallen."""
    script = """
        const {helped} = await load('aim');
        const {makeField} = await load('field');
        const walled = makeField({width: 30, height: 30, walls: [[5, 0, 1, 30]], spawns: [[0, 0]]});
        const open = makeField({width: 30, height: 30, walls: [], spawns: [[0, 0]]});
        const me = {x: 4000, y: 4000};
        const at = (x, y, health = 100) => ({x, y, health});
        const east = [127, 0];
        return [
            helped(me, [at(9000, 5000), at(8000, 4500)], east, open),
            helped(me, [at(8000, 4500)], east, walled),
            helped(me, [at(2000, 4000), at(4000, 4000), at(8000, 4500, 0)], east, open),
        ];
    """
    assert await _run(page, script) == [[127, 16], [127, 0], [127, 0]]


async def test_news_say_what_happened_to_us(page: Page) -> None:
    """By whom, where that is known."""
    script = """
        const {newsOf, inWords} = await load('news');
        const one = (health, score = 0) => new Map([
            [1, {id: 1, name: 'ada', health, score}],
            [2, {id: 2, name: 'bob', health: score ? 0 : 50, score: 0}],
        ]);
        const [toUs, byUs] = [[{shooter: 2, victim: 1}], [{shooter: 1, victim: 2}]];
        const say = (...args) => newsOf(1, ...args).map(inWords).join(' ');
        return [
            say(one(100), one(75), toUs),
            say(one(25), one(0), toUs),
            say(one(0), one(100), []),
            say(one(50), one(50), byUs),
            say(one(50), one(50, 1), byUs),
            say(one(50), one(25, 1), []),
            say(one(50), one(50), []),
        ];
    """
    assert await _run(page, script) == [
        "Hit by bob. Health 75.",
        "bob felled you. Wait 2 seconds.",
        "You are back.",
        "You hit bob.",
        "You felled bob. Score 1.",
        "Hit. Health 25. You felled somebody. Score 1.",
        "",
    ]


async def test_a_shot_that_hits_nobody_ends_at_a_wall_an_edge_or_its_reach(page: Page) -> None:
    """As it is drawn."""
    script = """
        const {endOf} = await load('marks');
        const {makeField} = await load('field');
        const field = makeField({width: 30, height: 30, walls: [[5, 2, 1, 1]], spawns: [[0, 0]]});
        const from = (ax, ay, y = 2560) => endOf({x: 2048, y, ax, ay}, field).map(Math.round);
        return [from(127, 0), from(-127, 0), from(127, 0, 9000), from(0, 127)];
    """
    assert await _run(page, script) == [
        [5120, 2560],
        [0, 2560],
        [2048 + 12 * 1024, 9000],
        [2048, 2560 + 12 * 1024],
    ]


async def test_a_shot_is_shown_when_its_shooter_is(page: Page) -> None:
    """Late, as the others are; once; and not at all if nobody looked for half a second."""
    script = """
        const {Play} = await load('play');
        const field = {width: 32, height: 19, walls: [], spawns: [[1, 1]]};
        const switches = {prediction: true, reconciliation: true, interpolation: true};
        const play = new Play({player: 1, rate: 30, seq: 0, field}, switches);
        const hear = tick => {
            const shots = tick === 110 || tick === 150 ? [[2, 0, 0, 127, 0, 0]] : [];
            play.receive({type: 'full', tick, players: [], shots}, tick * 1000 / 30);
        };
        const seen = [];
        for (let tick = 100; tick <= 200; tick += 1) {
            hear(tick);
            if (tick < 140 || tick === 200) {
                for (const shot of play.shots(tick * 1000 / 30)) seen.push([tick, shot.shooter]);
            }
        }
        return seen;
    """
    ((tick, shooter),) = await _run(page, script)
    assert 113 <= tick <= 114
    assert shooter == 2


@pytest.mark.parametrize("calm", [False, True])
async def test_rings_grow_unless_less_motion_is_wanted(page: Page, *, calm: bool) -> None:
    """Then they fade only."""
    script = """
        const {Picture} = await load('draw');
        const {makeField} = await load('field');
        const canvas = document.createElement('canvas');
        const radii = [];
        const picture = new Picture(canvas);
        canvas.getContext('2d').arc = (x, y, radius) => radii.push(radius);
        const field = makeField({width: 9, height: 9, walls: [], spawns: [[1, 1]]});
        for (const age of [0.1, 0.9]) {
            const marks = [{kind: 'hit', x: 4096, y: 4096, age}];
            picture.draw({field, me: null, ghost: null, others: [], marks});
        }
        return radii[1] - radii[0];
    """
    await page.emulate_media(reduced_motion="reduce" if calm else "no-preference")
    grown = await _run(page, script)
    assert (grown == 0) is calm


async def test_the_camera_shows_all_or_follows(page: Page) -> None:
    """All of a field that is large enough so; else the player, and a margin beyond the edges."""
    script = """
        const {cameraOf} = await load('camera');
        const field = {width: 32, height: 19};
        const all = cameraOf({width: 984, height: 594}, field, null);
        const size = {width: 320, height: 320};
        const at = (x, y) => cameraOf(size, field, {x: x * 1024, y: y * 1024});
        const [corner, middle] = [at(1, 1), at(16, 9.5)];
        return [
            [all.scale, all.left, all.top].map(number => Math.round(number * 10)),
            [corner.left, corner.top],
            middle.toPicture(16 * 1024, 9.5 * 1024),
            middle.toField(...middle.toPicture(5000, 6000)).map(Math.round),
        ];
    """
    assert await _run(page, script) == [[300, -4, -4], [-0.4, -0.4], [160, 160], [5000, 6000]]
