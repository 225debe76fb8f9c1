"""Runs command lines, each in a process of its own that has all modules already.

One process imports everything, once, and forks for each command line: it starts in a tenth of the time, and knows what
is worked out alike in every run. What a process is, such as its start, its signals and its standard output, is tested
on the program itself.
"""

import atexit
import contextlib
import functools
import gc
import io
import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from unittest import mock

from contracts import ROOT
from tests.selftest import few as few_cases


def command(*words, environment=None, cwd=None, few=None):
    """Run `timp-conformance` with these words; return what `subprocess.run` returns for a program.

    `environment` are variables, by default those of this process; `cwd` is a folder, by default the working directory;
    `few` are the beginnings of the names of cases that a run keeps if it is to send few (tests/selftest/few.py).
    """
    variables = dict(os.environ if environment is None else environment)
    if few is not None:
        variables |= few_cases.environment(*few)
    process = _forking(variables.get("TIMP_ENDPOINTS", ""))
    given = [list(map(str, words)), variables, str(cwd or Path.cwd())]
    process.stdin.write(json.dumps(given) + "\n")
    process.stdin.flush()
    code, out, err = json.loads(process.stdout.readline())
    return subprocess.CompletedProcess(["timp-conformance", *given[0]], code, out, err)


@functools.cache
def _forking(endpoints):
    """The process that forks, with the endpoints of these folders besides those of the project."""
    environment = {**os.environ, "TIMP_ENDPOINTS": endpoints, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", __name__]
    process = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(process.communicate)
    return process


def _serve():
    """Answer each line of standard input, a command line, with a line: its exit code and what it printed."""
    _import_everything()
    gc.freeze()  # or each fork would search all of it for garbage, and copy it
    for line in sys.stdin:
        print(json.dumps(_forked(*json.loads(line))), flush=True)  # noqa: T201


def _forked(words, environment, folder):
    """The exit code of a command line and what it wrote to standard output and to standard error."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open() as nothing:
        child = os.fork()
        if child == 0:
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            for descriptor, file in enumerate((nothing, out, err)):
                os.dup2(file.fileno(), descriptor)
            os._exit(_ended(words))
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return os.waitstatus_to_exitcode(status), out.read().decode(), err.read().decode()


def _ended(words):
    """The exit code of a command line; what it prints is written out."""
    from contracts import cli

    sys.argv = ["timp-conformance", *words]
    try:
        cli.main()
    except SystemExit as error:
        code = error.code
        if isinstance(code, str):
            sys.stderr.write(f"{code}\n")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


def _import_everything():
    """Import what commands import, also pytest's plugins and the provider: by a run that sends very little."""
    from contracts import CONFORMANCE, cli
    from contracts.endpoint.discovery import Endpoint

    for module, _ in cli.COMMANDS.values():
        import_module(module)
    nothing_planned = mock.patch.object(Endpoint, "planned", return_value=[])
    with nothing_planned, contextlib.redirect_stdout(io.StringIO()) as said, tempfile.TemporaryDirectory() as folder:
        code = _ended(["run", "--target", "embedded", "--examples", "1", "--reports-dir", folder])
        assert code == 0, said.getvalue()
    for name, module in list(sys.modules.items()):  # pytest imports tests where it runs them
        if (getattr(module, "__file__", None) or "").startswith(str(CONFORMANCE)):
            del sys.modules[name]


if __name__ == "__main__":
    _serve()
