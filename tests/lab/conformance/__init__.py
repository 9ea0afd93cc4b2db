"""Tests of the conformance suite, and the peers it is tried on."""
