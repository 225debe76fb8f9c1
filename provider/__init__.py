"""The reference provider: the documented call on a real HTTP server and SQLite.

It shares no code with the suite that checks it, so that an error in one cannot hide in the other.
"""
