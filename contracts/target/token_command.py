"""Tokens that a command prints."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.target.commands import printed
from contracts.target.targets import UsageError
from contracts.transport.secrets import Secret, SecretError, sendable

MOST = 100
"""How many tokens a command is asked for in one run."""


class TokenCommand:
    """Makes tokens of a target, one for each call."""

    def __init__(self, command: Sequence[str]) -> None:
        """Keep the command, which is not run yet."""
        self._command = command
        self._made = 0

    def __call__(self) -> Secret:
        """Return the token that the command prints. Raises UsageError, which holds nothing of what it printed."""
        place = f"token_command {self._command[0]}"
        if self._made >= MOST:
            raise UsageError(f"{place}: was run {MOST} times, the most that one run asks of it")
        self._made += 1
        output = printed(self._command, place).removesuffix(b"\n").removesuffix(b"\r")
        if not output:
            raise UsageError(f"{place}: prints nothing: let it print the token")
        try:
            return sendable(output.decode("ascii"))
        except UnicodeDecodeError:
            raise UsageError(
                f"{place}: its output holds a character that is not ASCII: let it print the token"
            ) from None
        except SecretError as error:
            raise UsageError(f"{place}: its output {error}") from None
