"""Hypothesis and Schemathesis: generated requests. Only the plugin imports this package."""
