"""What messages call the keys of a target: by its table in a file, or by the options that state them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.target.targets import UsageError, option
from contracts.transport.secrets import Secret, SecretError, sendable


@dataclass(frozen=True)
class TablePlace:
    """Where the keys of one target are written."""

    #: The file and the table, such as `targets.toml: [dev]`; empty for options of the command line.
    table: str
    #: The folder that paths are relative to.
    folder: Path
    #: The environment variables, by name.
    environment: Mapping[str, str]

    def key(self, name: str) -> str:
        """Return what a message begins with that is about the key `name`, or a part of it."""
        key, dot, part = name.partition(".")
        if self.table:
            return f"{self.table} {name}"
        return "--base-url" if key.endswith("_env") else f"{option(key)}{dot and ' '}{part}"

    def state(self, name: str, value: str = "") -> str:
        """Return what to write to state the key `name` as `value`; without one, as true."""
        return f"{name} = {value or 'true'}" if self.table else f"{option(name)} {value}".rstrip()

    def secret(self, name: str, variable: str) -> Secret:
        """Return the secret that a variable holds. Raises UsageError, which names key and variable, not the value."""
        value = self.environment.get(variable)
        if not value:
            raise UsageError(f"{self.key(name)}: {variable} is not set: export it with the secret")
        try:
            return sendable(value)
        except SecretError as error:
            raise UsageError(f"{self.key(name)}: {variable} {error}") from None
