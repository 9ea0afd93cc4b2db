"""The tests: the tree mirrors the package, `tests/a/test_b.py` for `wsdemo/a/b.py`."""
