"""Reads a page of the published format: what it states, whether the clauses cite it, where it departs from itself."""
