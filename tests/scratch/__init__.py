"""Tests of wsdemo.scratch."""
