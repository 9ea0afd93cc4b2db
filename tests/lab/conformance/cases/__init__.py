"""The cases, each against what a good endpoint and a bad one would send."""
