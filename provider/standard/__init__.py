"""What every call of the API does alike, and what can be wrong with it."""
