"""Tests of `wsdemo.apps.chat`."""
