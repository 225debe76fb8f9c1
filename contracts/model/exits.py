"""What a command ends with. Each means the same on the terminal, in every report and for the process."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes, which the documents promise."""

    NOTHING_NEW = 0
    DIVERGES = 1
    INTERRUPTED = 2
    SUITE_FAILED = 3
    REFUSED = 4
    """Used wrongly, or refused for safety before anything was sent."""
    NOTHING_TESTED = 5
    UNREACHABLE = 6
    """The target is down, or does not accept the token."""
