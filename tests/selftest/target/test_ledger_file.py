"""`accept` changes the ledger of one target in `targets.toml` and nothing else, or leaves the file as it is."""

import datetime
import os
import tomllib

import pytest

from contracts import ENDPOINT
from contracts.target.ledger_file import CannotWriteError, Entries, read_table, write_entries

DAY = datetime.date(2027, 3, 31)
KNOWN = {"signature": "9f0c41d2a7b3", "clause": "http.no-reflection", "reason": 'mended in "2.4"', "expires": DAY}
OLD = KNOWN | {"signature": "0" * 12, "reason": "older"}
ENTRIES = Entries({"allocation-object.quantity-encoding": "both"}, ["http.no-reflection"], [KNOWN])
INLINE = '{ signature = "000000000000", clause = "http.no-reflection", reason = "older", expires = 2027-03-31 }'
LINES = INLINE.strip("{ }").replace(", ", "\n")
COMMENTS = ("# first", "# here", "# there", "# last", "# so")
FILES = {
    "three-lines": '[dev]\nbase_url = "https://a.example"\n',
    "comments": '# first\n[dev] # here\nbase_url = "https://a.example" # there\n\n# last\n[prod]\nrate = 5\n',
    "a-known-one": f'[dev]\nbase_url = "https://a.example"\n\n[[dev.known]] # why\n{LINES}\n\n[prod]\nrate = 5\n',
    "pins": '[dev]\nrate = 5\n[dev.pinned]\n"http.no-reflection" = "x" # so\n[dev.headers]\nX-A = "1"\n',
    "known-inline": f'[dev]\nbase_url = "https://a.example"\nknown = [ {INLINE} ]\n',
    "known-inline-and-empty": "[dev]\nknown = []\n",
    "all-inline": 'dev = { base_url = "https://a.example", rate = 5 }\n',
    "all-inline-with-known": f"dev = {{ rate = 5, known = [ {INLINE} ] }}",
    "pins-inline": '[dev]\npinned = { "http.no-reflection" = "x" }\nrate = 5\n',
    "dotted-keys": 'dev.base_url = "https://a.example"\ndev.rate = 5\n[prod]\nrate = 1\n',
    "out-of-order": '[dev.headers]\nX-A = "1"\n[prod]\nrate = 1\n[dev]\nrate = 5\n[x]\n[dev.pinned]\n"a.b" = "c"\n',
    "quoted-name": '["dev"]\nrate = 5\n',
    "known-of-another": f"[[prod.known]]\n{LINES}\n[dev]\nrate = 5\n[[prod.known]]\n{LINES}\n",
    "windows-lines": "[dev]\r\nrate = 5 # so\r\n[prod]\r\nrate = 1\r\n",
    "byte-order-mark": "\ufeff[dev]\nrate = 5\n",
    "pins-of-an-endpoint": f'[dev]\nrate = 5\n[dev.{ENDPOINT}.pinned]\n"http.no-reflection" = "x" # so\n[x]\ny = 1\n',
    "known-of-an-endpoint": f"[dev]\nrate = 5\n[[dev.{ENDPOINT}.known]]\n{LINES}\n",
    "no-last-line-feed": "[dev]\nrate = 5",
}


def refusal(path, entries):
    """Why the file is not changed, or None if it is."""
    try:
        write_entries(path, "dev", ENDPOINT, entries)
    except CannotWriteError as error:
        return str(error)


@pytest.mark.parametrize(
    "entries", [ENTRIES, Entries({}, [], []), Entries({}, ["a.b"], [OLD, KNOWN])], ids=["one", "none", "two"]
)
@pytest.mark.parametrize("text", FILES.values(), ids=list(FILES))
def test_the_ledger_is_written_and_nothing_else_changes_or_the_file_stays_as_it_is(tmp_path, text, entries):
    path = tmp_path / "targets.toml"
    path.write_bytes(text.encode())
    before = tomllib.loads(text.removeprefix("\ufeff"))
    rest = {key: value for key, value in before["dev"].items() if key not in {"pinned", "covered", "known", ENDPOINT}}

    refused = refusal(path, entries)

    if refused:
        assert path.read_bytes() == text.encode()
        assert "by hand" in refused
        assert "\n" not in refused
    else:
        ledger = {ENDPOINT: entries.values} if entries.values else {}
        assert tomllib.loads(path.read_text("utf-8-sig")) == before | {"dev": rest | ledger}
        assert path.read_bytes().startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
        assert {word for word in COMMENTS if word in text} == {word for word in COMMENTS if word in path.read_text()}
    assert [each.name for each in tmp_path.iterdir()] == ["targets.toml"]


def test_what_names_no_endpoint_moves_into_its_table_with_what_is_written_about_it(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text(
        FILES["a-known-one"].replace("[prod]", '[dev.pinned]\n"http.no-reflection" = "x" # so\n[prod]'), "utf-8"
    )

    write_entries(path, "dev", ENDPOINT, Entries({"http.no-reflection": "x"}, [], [OLD]))
    text = path.read_text("utf-8")

    assert f"[[dev.{ENDPOINT}.known]] # why\n{LINES}" in text
    assert f'[dev.{ENDPOINT}.pinned]\n"http.no-reflection" = "x" # so' in text
    assert "[dev.known]" not in text


def test_the_ledger_of_another_endpoint_has_a_table_of_its_own(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text(FILES["a-known-one"], "utf-8")
    before = read_table(path, "dev")

    write_entries(path, "dev", "another", ENTRIES)

    assert read_table(path, "dev") == before | {"another": ENTRIES.values}


PINS = ENTRIES.pinned


@pytest.mark.parametrize(
    "second",
    [
        ENTRIES,
        Entries(PINS, ["a.b"], [OLD]),
        Entries(PINS, ["a.b"], []),
        Entries({**PINS, "a.b": "c"}, ["a.b"], [KNOWN]),
    ],
    ids=["same", "another-known-one", "none-known", "another-reading"],
)
@pytest.mark.parametrize("name", ["three-lines", "a-known-one", "windows-lines"])
def test_a_ledger_that_was_written_is_written_again(tmp_path, name, second):
    path = tmp_path / "targets.toml"
    path.write_bytes(FILES[name].encode())
    write_entries(path, "dev", ENDPOINT, ENTRIES)
    write_entries(path, "dev", "another", ENTRIES)

    write_entries(path, "dev", ENDPOINT, second)

    assert read_table(path, "dev").get(ENDPOINT, {}) == second.values
    assert read_table(path, "dev")["another"] == ENTRIES.values


@pytest.mark.parametrize(
    "name",
    [
        *("three-lines", "comments", "a-known-one", "quoted-name", "byte-order-mark", "windows-lines"),
        *("known-of-an-endpoint",),
    ],
)
def test_a_file_as_people_write_it_is_changed(tmp_path, name):
    path = tmp_path / "targets.toml"
    path.write_bytes(FILES[name].encode())

    write_entries(path, "dev", ENDPOINT, ENTRIES)

    assert read_table(path, "dev")[ENDPOINT]["covered"] == ["http.no-reflection"]


def test_a_ledger_with_readings_alone_is_completed(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text(FILES["pins-of-an-endpoint"], "utf-8")

    write_entries(path, "dev", ENDPOINT, Entries({"http.no-reflection": "x"}, ["http.no-reflection"], [KNOWN]))

    assert read_table(path, "dev")[ENDPOINT]["covered"] == ["http.no-reflection"]
    assert "# so" in path.read_text("utf-8")


def test_what_to_write_by_hand_is_toml(tmp_path):
    path = tmp_path / "targets.toml"
    path.write_text(FILES["all-inline-with-known"], "utf-8")

    with pytest.raises(CannotWriteError) as raised:
        write_entries(path, "dev", ENDPOINT, ENTRIES)
    line = str(raised.value).partition(f"in place of `{ENDPOINT}` write ")[2].partition("; ")[0]

    assert tomllib.loads(line) == {ENDPOINT: ENTRIES.values}
    assert str(raised.value).endswith("; take out `known`")


def test_a_link_stays_a_link_and_the_mode_stays(tmp_path):
    real, path = tmp_path / "real.toml", tmp_path / "targets.toml"
    real.write_text("[dev]\n", "utf-8")
    real.chmod(0o640)
    path.symlink_to(real)

    write_entries(path, "dev", ENDPOINT, ENTRIES)

    assert path.is_symlink()
    assert os.stat(real).st_mode & 0o777 == 0o640  # noqa: PTH116 - of the file itself
    assert read_table(real, "dev")[ENDPOINT]["known"] == [KNOWN]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(None, "cannot be read", id="not-there"),
        pytest.param("[dev]\n".encode("utf-16"), "is UTF-16: save it as UTF-8", id="utf-16"),
        pytest.param("[dev]\n".encode("utf-16-be"), "is UTF-16", id="utf-16-without-a-mark"),
        pytest.param("[dev]\n".encode("utf-32"), "is UTF-32: save it as UTF-8", id="utf-32"),
        pytest.param(b"[dev]\na = '\xe9'\n", "is not UTF-8 at byte 11", id="latin-1"),
        pytest.param(b"[dev\n", "invalid TOML", id="no-toml"),
        pytest.param(b"[dve]\n", "[dev]: no such table; did you mean dve?", id="another-table"),
        pytest.param(b"dev = 3\n", "[dev]: no such table", id="a-number"),
    ],
)
def test_a_file_without_the_table_is_refused_in_one_line(tmp_path, raw, said):
    path = tmp_path / "targets.toml"
    if raw is not None:
        path.write_bytes(raw)

    with pytest.raises(CannotWriteError) as raised:
        read_table(path, "dev")

    assert said in str(raised.value)
