"""Tests of the four ways to get the news."""
