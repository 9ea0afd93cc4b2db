"""The soak: thousands of connections come and go, and nothing may be lost, wrong or left.

    python -m tests.soak                          # 60 seconds (`make soak`)
    python -m tests.soak --seconds 10 --seed 7
    python -m tests.soak --seed 7 --only 1234     # one visitor again, alone

A maintainer's instrument, in parts, from the ground up::

    traffic     what a visitor sends: messages, frames, chunks, drawn from a generator
    verdicts    what was wrong with what came back, and with what was left
    peer        a client on a raw socket
    visit       one visitor: its generator, its connection, where it has got to
    talks       visitors that keep to the rules, and are judged to the octet
    breaches    visitors that break them, each in its own way
    latecomers  visitors that let the server's timers run out
    handlers    what the server runs, and the faults that can be implanted in it
    subject     the server, in a process of its own, which counts what it holds
    control     the parent's side of that process
    run         rounds of visitors, a watchdog, a census after each round
    report      progress and summary

Leaves out TLS, subprotocols, and any measure of speed: the bench has that.
"""
