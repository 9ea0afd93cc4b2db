"""Tests of the arena in the laboratory."""
