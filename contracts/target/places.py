"""What messages call the keys of a target: by its table in a file, or by the options that state them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contracts.target.targets import UsageError, option
from contracts.transport.secrets import Secret, SecretError, sendable


@dataclass(frozen=True)
class Place:
    """Where the keys of one target are written."""

    #: The file and the table, such as `targets.toml: [dev]`; empty for options of the command line.
    table: str
    #: The folder that paths are relative to.
    folder: Path
    environment: Mapping[str, str]

    def key(self, name: str) -> str:
        """Return what a message begins with that is about the key `name`, or a part of it."""
        key, dot, part = name.partition(".")
        if self.table:
            return f"{self.table} {name}"
        return "--base-url" if key.endswith("_env") else f"{option(key)}{dot and ' '}{part}"

    def permit(self, name: str) -> str:
        """Return what to write to state the permission `name`."""
        return f"{name} = true" if self.table else f"add {option(name)}"

    def secret(self, name: str, variable: str) -> Secret:
        """Return the secret that a variable holds. Raises UsageError, which names key and variable, not the value."""
        value = self.environment.get(variable)
        if not value:
            raise UsageError(f"{self.key(name)}: {variable} is not set: export it with the secret")
        try:
            return sendable(value)
        except SecretError as error:
            raise UsageError(f"{self.key(name)}: {variable} {error}") from None


def without_secrets(url: str) -> str:
    """Return a URL, or what was meant as one, for a message: without user and password, query and fragment."""
    scheme, separator, rest = url.rpartition("@")[2].rpartition("://")
    if "@" in url and not separator:
        scheme, separator, _ = url.partition("://")
        scheme = scheme if separator else ""
    return scheme + separator + re.split("[?#]", rest)[0]


def origin_of(url: str, place: str) -> str:
    """Scheme, host and port of a URL that has nothing else. Raises UsageError, which names the place."""
    place = f"{place} {without_secrets(url)}"
    if "@" in url:  # before anything is taken apart: errors of urlsplit repeat what may be a password
        raise UsageError(f"{place}: give scheme, host and port only; credentials go into TIMP_TOKEN")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{place}: write it as http://HOST:PORT or https://HOST")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"{place}: give scheme, host and port only; credentials go into TIMP_TOKEN")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")
