"""What generating keeps on the disk and takes of memory, before the first request is made up."""

import subprocess
import sys

MEGABYTES = 100

DRAW = """
import resource, sys
from pathlib import Path
from hypothesis import find, strategies
from contracts.generation.settings import generate

home = Path(sys.argv[1])
generate([], 0, 1, None, home)
of_utf_8 = strategies.characters(codec="utf-8")
of_all = strategies.characters(exclude_categories=["Cs"])
find(of_utf_8, lambda _: True)
print(of_utf_8.wrapped_strategy.intervals.intervals == of_all.wrapped_strategy.intervals.intervals)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10))
"""


def test_the_characters_of_utf_8_are_known_without_asking_each_of_a_million(tmp_path):
    command = [sys.executable, "-c", DRAW, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    alike, megabytes = done.stdout.split()

    assert alike == "True"
    assert int(megabytes) < MEGABYTES
