"""Frozen values that all other packages exchange. Imports the standard library alone."""
