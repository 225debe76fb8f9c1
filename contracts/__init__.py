"""The conformance suite: code only. What it checks against is data in `specs/`."""
