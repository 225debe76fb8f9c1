"""What the suite costs, in ratios measured within one run: `python -m bench`, or `make bench`."""
