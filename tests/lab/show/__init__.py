"""Tests of the displays, with the samples and the judge of HTML that they share."""
