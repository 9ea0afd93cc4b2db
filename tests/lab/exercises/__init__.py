"""Tests of the exercises; each of them shows its checker what learners really write."""
