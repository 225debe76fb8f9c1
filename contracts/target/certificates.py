"""The certificates of a target: what it is verified against, and what it is shown of ours."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.target.places import TablePlace
from contracts.target.targets import UsageError
from contracts.transport.secrets import Secret, SecretError

PASSWORD = "TIMP_CLIENT_KEY_PASSWORD"  # noqa: S105 - the name of a variable
"""The usual variable of the password of a client's key."""


def context_of(
    place: TablePlace, table: Mapping[str, Any], *, https: bool
) -> tuple[ssl.SSLContext | None, Secret | None]:
    """Return the context for TLS, None for the usual one, and the password of the client's key. Raises UsageError."""
    context = _verifying(place, table)
    certificate = table.get("client_certificate")
    if certificate is None:
        for key in ("client_key", "client_key_password_env"):
            if key in table:
                raise UsageError(f"{place.key(key)}: and no client_certificate: name its certificate too")
        return context, None
    if not https:
        raise UsageError(
            f"{place.key('client_certificate')}: goes with https: leave it out, or write https in base_url"
        )
    context = context or _usual()
    return context, _shown(place, table, context)


def _verifying(place: TablePlace, table: Mapping[str, Any]) -> ssl.SSLContext | None:
    """None for the usual roots."""
    if "ca_bundle" in table and not table.get("verify", True):
        raise UsageError(f"{place.key('verify')}: false, and a ca_bundle: leave out one of them")
    if not table.get("verify", True):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    if "ca_bundle" not in table:
        return None
    path = place.folder / table["ca_bundle"]
    try:
        return ssl.create_default_context(cafile=str(path))
    except OSError as error:  # ssl.SSLError is one
        raise UsageError(f"{place.key('ca_bundle')}: {path}: {error.strerror or error}: no PEM certificates") from None


def _usual() -> ssl.SSLContext:
    from contracts.transport.wire import usual_context  # noqa: PLC0415 - brings httpx, which most calls do not need

    return usual_context()


def _shown(place: TablePlace, table: Mapping[str, Any], context: ssl.SSLContext) -> Secret | None:
    """Give the context the client's certificate and key; return the key's password if it has one."""
    certificate = place.folder / table["client_certificate"]
    name = "client_key" if "client_key" in table else "client_certificate"
    key = place.folder / table[name]
    if "-----BEGIN CERTIFICATE-----" not in _text(place, "client_certificate", certificate):
        raise UsageError(f"{place.key('client_certificate')}: {certificate}: holds no PEM certificate: name one")
    text = _text(place, name, key)
    if "PRIVATE KEY-----" not in text:
        raise UsageError(
            f"{place.key(name)}: {key}: holds no PEM private key: name it with {place.state('client_key', 'FILE')}"
        )
    variable = table.get("client_key_password_env", PASSWORD)
    password = _password(place, f"{place.key(name)}: {key}", variable) if "ENCRYPTED" in text else None
    try:
        context.load_cert_chain(certificate, key, password=password.reveal() if password else "")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            why = f"is not the key of {certificate}: name the one that belongs to it"
        else:
            why = f"does not open with the password of {variable}" if password else f"cannot be used: {error.reason}"
        raise UsageError(f"{place.key(name)}: {key}: {why}") from None
    return password


def _password(place: TablePlace, what: str, variable: str) -> Secret:
    value = place.environment.get(variable)
    if not value:
        raise UsageError(f"{what}: is encrypted: export its password as {variable} (client_key_password_env)")
    try:
        return Secret(value)
    except SecretError as error:
        raise UsageError(f"{what}: {variable} {error}") from None


def _text(place: TablePlace, name: str, path: Path) -> str:
    try:
        return path.read_text("latin-1")
    except OSError as error:
        raise UsageError(f"{place.key(name)}: {path}: cannot be read: {error.strerror}") from None
