"""A substitute for the runner of a CI platform: it runs the steps of the action as the platform does."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from contracts import ROOT
from tests.selftest import few
from tests.selftest.conftest import PATIENCE

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
EXPRESSION = re.compile(r"\$\{\{ (inputs|steps\.check\.outputs)\.([\w-]+) \}\}")
BIN = Path(sys.executable).parent
BASH = shutil.which("bash")


@dataclass
class Runner:
    """A substitute for the runner of the platform: a workspace, and the files through which steps talk to it.

    `kept` are the beginnings of the names of cases that a run keeps if it is to send few (tests/selftest/few.py).
    """

    place: Path
    inputs: dict[str, str]
    suite: Path = BIN / "timp-conformance"
    kept: tuple[str, ...] | None = None
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        """Lay the workspace, and the action with the program in its environment."""
        self.inputs = {name: spec["default"] for name, spec in ACTION["inputs"].items()} | self.inputs
        self.workspace = self.place / "workspace"
        program = self.place / "action" / ".venv" / "bin" / "timp-conformance"
        for folder in (self.workspace, program.parent):
            folder.mkdir(parents=True)
        program.symlink_to(self.suite)

    def environment(self, step):
        """What a script of a step finds in its environment."""
        values = {"inputs": self.inputs, "steps.check.outputs": self.outputs}
        given = {
            name: EXPRESSION.sub(lambda found: values[found[1]].get(found[2], ""), text)
            for name, text in step.get("env", {}).items()
        }
        assert "${{" not in "".join(given.values())
        files = {name: str(self.place / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.place),
            "GITHUB_ACTION_PATH": str(self.place / "action"),
            "GITHUB_ACTIONS": "true",
            **(few.environment(*self.kept) if self.kept is not None else {}),
            **files,
            **given,
        }

    def start(self, name):
        """Begin a step as the platform does: the shell alone is its process."""
        step = STEPS[name]
        script = self.place / "step.sh"
        script.write_text(step["run"], "utf-8")
        return subprocess.Popen(
            [BASH, "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.workspace,
            env=self.environment(step),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def end(self, process):
        """The exit code and what was printed; the outputs of the step are read."""
        with process:
            printed, _ = process.communicate(timeout=PATIENCE)
        path = self.place / "GITHUB_OUTPUT"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        self.outputs = dict(line.split("=", 1) for line in lines)
        return process.returncode, printed

    def run(self, name):
        """A step from its beginning to its end."""
        return self.end(self.start(name))

    def summary(self):
        """What the last step says of the run."""
        self.run("Summarize")
        return (self.place / "GITHUB_STEP_SUMMARY").read_text("utf-8")
