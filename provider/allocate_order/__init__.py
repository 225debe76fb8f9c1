"""Allocate Order as the reference provider implements it."""
