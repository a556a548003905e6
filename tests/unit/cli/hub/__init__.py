"""Tests of the pages of an experiment."""
