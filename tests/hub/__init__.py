"""The hub: pure parts, members that stall on demand, both engines."""
