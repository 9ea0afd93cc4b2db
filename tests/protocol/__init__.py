"""The tests of the protocol, which need no network."""
