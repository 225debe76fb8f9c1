"""What is concluded from recorded cases. Pure: no I/O, clock, randomness, pytest or httpx."""
