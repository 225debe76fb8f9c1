"""The command `page`: what it prints, what it keeps, and how it ends."""

from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner, Result

from contracts.commands.page import page as command
from contracts.page.defects import find_defects
from contracts.page.facts import statements
from contracts.page.kept import load_defects
from contracts.page.reader import read

PAGES = Path(__file__).parents[1] / "pages"
TEXT = (PAGES / "clean.md").read_text("utf-8")


@pytest.fixture(name="clauses")
def _clauses(tmp_path: Path) -> Path:
    """A file of one clause that cites all the clean page says."""
    document = tomlkit.document()
    document["sections"] = {"shelf": {"title": "Shelf", "category": "shelf"}}
    cites = [dict(each.cite) for each in statements(read(TEXT))]
    document["shelf"] = {"filled": {"means": "The shelf is filled.", "where": "Description", "cites": cites}}
    file = tmp_path / "clauses.toml"
    file.write_text(tomlkit.dumps(document), "utf-8")
    return file


def run(*words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], env={"COLUMNS": "200"})


def test_page_that_says_what_clauses_cite_ends_with_0(clauses: Path):
    result = run(PAGES / "clean.md", "--clauses", clauses)

    assert result.exit_code == 0, result.output
    assert "36 of 36 cited facts are found; 36 of 36 statements are cited; 0 defects" in result.output


def test_defects_alone_do_not_fail_and_are_printed_whole(clauses: Path, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_text(TEXT, "utf-8")
    (defect,) = find_defects(read(file))
    result = run(file, "--clauses", clauses)

    assert result.exit_code == 0
    for part in (f"line {defect.line}", defect.kind, defect.what, defect.suggestion):
        assert part in result.output


def test_fact_that_fell_and_uncited_statement_end_with_1(clauses: Path, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_text(TEXT.replace("(integer)", "(string)"), "utf-8")
    result = run(file, "--clauses", clauses)

    assert result.exit_code == 1
    fallen, _, uncited = result.output.partition("Statements no clause covers")
    assert (
        'shelf.filled (line 5 of the clauses): {field = "copies", section = "Placement Object", type = "integer"}'
        in fallen
    )
    assert '{field = "copies", section = "Placement Object", type = "string"}' in uncited


def test_write_keeps_the_defects_next_to_the_clauses(clauses: Path, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_text(TEXT, "utf-8")
    result = run(file, "--clauses", clauses, "--write")

    assert result.exit_code == 0
    assert load_defects(clauses.with_name("defects.toml")) == find_defects(read(file)) != ()


def test_write_keeps_the_defects_where_the_option_says(clauses: Path, tmp_path: Path):
    run(PAGES / "clean.md", "--clauses", clauses, "--write", tmp_path / "kept.toml")

    assert load_defects(tmp_path / "kept.toml") == ()
    assert (tmp_path / "kept.toml").exists()
    assert not clauses.with_name("defects.toml").exists()


def test_places_of_clauses_that_a_page_no_longer_states_are_left_out(tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_text("# Nothing\n", "utf-8")
    result = run(file, "--write", tmp_path / "defects.toml")

    assert (result.exit_code, isinstance(result.exception, SystemExit)) == (1, True)
    assert tomlkit.parse((tmp_path / "places.toml").read_text("utf-8"))["clauses"] == {}


def test_without_a_choice_the_clauses_of_the_project_are_read():
    result = run(PAGES / "clean.md")

    assert result.exit_code == 1
    assert "url-parameters.order-uuid-addresses-the-order" in result.output
    assert "clauses.toml (none are of PUT /shop/shelves/{shelf_uuid}/: these fit best" in result.output


@pytest.fixture(name="several")
def _several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The clauses of three calls; those of the first one have most in common with the clean page, except its path."""
    cites = [dict(each.cite) for each in statements(read(TEXT))]
    calls = {
        "another": ("put", "/shop/shops/{shop_uuid}/"),
        "by-get": ("get", "/shop/shelves/{shelf_uuid}/"),
        "shelves": ("put", "/shop/shelves/{shelf_uuid}/"),
    }
    for name, (method, path) in calls.items():
        of_call = [{"method": method}, {"path": path}]
        others = [cite for cite in cites if not cite.keys() & {"method", "path"}] if name == "another" else []
        document = {
            "sections": {"shelf": {"title": "Shelf", "category": "shelf"}},
            "shelf": {"filled": {"means": "It is filled.", "where": "Description", "cites": [*of_call, *others]}},
        }
        (tmp_path / "specs" / name).mkdir(parents=True)
        (tmp_path / "specs" / name / "clauses.toml").write_text(tomlkit.dumps(document), "utf-8")
    monkeypatch.setattr("contracts.commands.page.HOMES", (tmp_path,))
    return tmp_path / "specs"


@pytest.mark.parametrize(
    ("changes", "name", "why"),
    [
        pytest.param({}, "shelves", "(those of PUT /shop/shelves/{shelf_uuid}/)", id="method-and-path"),
        pytest.param({"put": "get"}, "by-get", "(those of GET /shop/shelves/{shelf_uuid}/)", id="another-method"),
        pytest.param({"{shelf_uuid}": "7a1f3c1e-6a0e-4b8e-9a55-0d7b2f3d9d11"}, "shelves", "(those of PUT ", id="uuid"),
        pytest.param({"put": "delete"}, "by-get", "(none are of DELETE ", id="path-alone"),
        pytest.param({"/shelves/": "/racks/"}, "another", "(none are of PUT /shop/racks/", id="what-fits-best"),
    ],
)
def test_the_clauses_of_a_page_are_found_by_its_method_and_path(
    changes: dict[str, str], name: str, why: str, several: Path, tmp_path: Path
):
    front, _, rest = TEXT.partition("\n---\n")
    for old, new in changes.items():
        front = front.replace(old, new)
    (tmp_path / "page.md").write_text(f"{front}\n---\n{rest}", "utf-8")
    result = run(tmp_path / "page.md")

    assert f"clauses: {several / name / 'clauses.toml'} {why}" in result.output.replace("\n", " ")


def test_the_file_that_is_named_is_the_one_that_is_used(clauses: Path):
    assert run(PAGES / "clean.md", "--clauses", clauses).output.splitlines()[0].endswith(" (named with --clauses)")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("none.md", None, id="missing"),
        pytest.param("empty.md", b"", id="empty"),
        pytest.param("rubbish.md", bytes(range(256)), id="binary"),
        pytest.param("broken.md", b"---\na: [\n---\n", id="front-matter"),
    ],
)
def test_file_that_is_not_a_page_ends_with_4_in_one_line(
    name: str, content: bytes | None, clauses: Path, tmp_path: Path
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name, "--clauses", clauses)

    assert result.exit_code == 4
    assert result.output.count("\n") == 1
    assert name in result.output


@pytest.mark.parametrize("option", ["--clauses", "--write"])
def test_other_file_that_cannot_be_used_ends_with_4_in_one_line(option: str, clauses: Path, tmp_path: Path):
    result = run(PAGES / "clean.md", "--clauses", clauses, option, tmp_path / "no" / "file.toml")

    assert result.exit_code == 4
    assert result.output.count("\n") == 1


def test_text_of_the_page_steers_no_terminal(clauses: Path, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_text(TEXT.replace("shop/codes.md", "[bold]\u202e\x9b31m"), "utf-8")
    result = run(file, "--clauses", clauses)

    assert "[bold]\\u202e\\x9b31m" in result.output
    assert "\u202e" not in result.output
