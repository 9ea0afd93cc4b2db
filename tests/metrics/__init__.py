"""Tests of what counts."""
