"""Reads a page."""


def load_defects(path):
    return ()
