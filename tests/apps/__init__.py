"""Tests of `wsdemo.apps`."""
