"""Tests of `wsdemo.server`."""
