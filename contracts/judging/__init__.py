"""Pure functions from cases to readings and findings."""
