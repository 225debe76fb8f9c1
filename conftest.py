"""Makes the suite's options and fixtures known to every pytest run of the project."""

pytest_plugins = ["contracts.plugin"]
