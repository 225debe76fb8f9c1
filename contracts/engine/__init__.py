"""Sends cases to one target and brings them to a report. Knows no endpoint and no pytest."""
