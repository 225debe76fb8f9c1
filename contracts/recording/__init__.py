"""Exchanges that were recorded: a run's own journal and HAR, and the recordings of other tools."""
