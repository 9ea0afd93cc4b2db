"""Guarantees as verdicts."""
