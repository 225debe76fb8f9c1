"""A second home of endpoints: what `contracts/` is to the project, this is to the self-tests."""
