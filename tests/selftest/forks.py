"""Runs command lines one after the other, each in a process that has all modules already: for tests of many of them."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest  # noqa: F401 - this and the next ones start slowly: here once, for all
import schemathesis  # noqa: F401

import contracts.commands.trials
import contracts.engine.session  # noqa: F401
from contracts import cli


def run(words, environment, files):
    """The exit code and what is printed, of one command line in a folder with these files."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(files, folder, dirs_exist_ok=True)
        with tempfile.TemporaryFile() as printed:
            child = os.fork()
            if child == 0:
                os.chdir(folder)
                os.environ.clear()
                os.environ.update(environment)
                for descriptor in (1, 2):
                    os.dup2(printed.fileno(), descriptor)
                os._exit(ended(words))
            _, status = os.waitpid(child, 0)
            printed.seek(0)
            return os.waitstatus_to_exitcode(status), printed.read().decode()


def ended(words):
    """The exit code of a command line; what it prints is written out."""
    sys.argv = ["timp-conformance", *words]
    try:
        cli.main()
    except SystemExit as error:
        code = error.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


if __name__ == "__main__":
    rows = json.load(sys.stdin)
    out = [run(row["words"], row["environment"], Path(sys.argv[1])) for row in rows]
    sys.stdout.write(json.dumps(out))
