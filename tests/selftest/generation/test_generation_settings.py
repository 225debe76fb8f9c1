"""What generating keeps on the disk and takes of memory, before the first request is made up."""

import sys

from bench.measure import program

MEGABYTES = 100

DRAW = """
import sys
from pathlib import Path
from hypothesis import find, strategies
from contracts.generation.settings import generate

home = Path(sys.argv[1])
generate([], 0, 1, None, home)
of_utf_8 = strategies.characters(codec="utf-8")
of_all = strategies.characters(exclude_categories=["Cs"])
find(of_utf_8, lambda _: True)
print(of_utf_8.wrapped_strategy.intervals.intervals == of_all.wrapped_strategy.intervals.intervals)
"""


def test_the_characters_of_utf_8_are_known_without_asking_each_of_a_million(tmp_path):
    ran = program(sys.executable, "-c", DRAW, str(tmp_path))

    assert (ran.code, ran.said.split()) == (0, ["True"])
    assert ran.memory < MEGABYTES << 20


CATEGORIES = """
import sys
import unicodedata
from itertools import groupby
from pathlib import Path
from hypothesis.internal.charmap import charmap
from contracts.generation.settings import generate

category = unicodedata.category
generate([], 0, 1, None, Path(sys.argv[1]))
unicodedata.category = None
known = charmap()
every = {}
for name, codes in groupby(range(sys.maxunicode + 1), key=lambda code: category(chr(code))):
    first, *others = codes
    every[name] = (*every.get(name, ()), (first, [first, *others][-1]))
print(known == every)
"""


def test_the_category_of_each_character_is_known_without_asking_it(tmp_path):
    ran = program(sys.executable, "-c", CATEGORIES, str(tmp_path))

    assert (ran.code, ran.said.split()) == (0, ["True"])


CONSTANTS = """
import sys
from pathlib import Path
from hypothesis import find, strategies
from contracts import PACKAGE
from contracts.generation.settings import generate

home = Path(sys.argv[1])
generate([], 0, 1, None, home)
from contracts.allocate_order import dates, strategies as ours
find(strategies.integers(), lambda _: True)
kept = [path.read_text("utf-8") for path in home.joinpath("constants").iterdir()]
print(kept.count("[]") > 100 and not any(str(PACKAGE.parent) in text for text in kept))
"""


def test_no_module_of_ours_is_parsed_for_constants_which_the_requests_of_a_seed_would_then_depend_on(tmp_path):
    ran = program(sys.executable, "-c", CONSTANTS, str(tmp_path))

    assert (ran.code, ran.said.split()) == (0, ["True"])
