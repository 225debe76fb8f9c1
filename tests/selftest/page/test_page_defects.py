"""The defects of pages: none on a clean page, and each one found where it is put."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts import ROOT
from contracts.model.clause import Defect
from contracts.page.defects import find_defects, write_defects
from contracts.page.kept import TEXTS, load_defects, load_noticed
from contracts.page.reader import read
from contracts.page.values import PageError

PAGES = Path(__file__).parents[1] / "pages"
TEXT = (PAGES / "clean.md").read_text("utf-8")
UUID = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"


def defects_of(text: str, folder: Path) -> tuple[Defect, ...]:
    """The defects of a page that lies where its includes are found."""
    shutil.copytree(PAGES / "_includes", folder / "_includes", dirs_exist_ok=True)
    (folder / "page.md").write_text(text, "utf-8")
    return find_defects(read(folder / "page.md"))


def replaced(old: str, new: str, nth: int = 1) -> Callable[[str], str]:
    """The change that puts `new` in the place of the nth `old`, which must be there."""

    def change(text: str) -> str:
        parts = text.split(old)
        assert len(parts) > nth, old
        return old.join(parts[:nth]) + new + old.join(parts[nth:])

    return change


def everywhere(old: str, new: str) -> Callable[[str], str]:
    """The same in every spelling that the samples give to JSON."""

    def change(text: str) -> str:
        for quote in ('"', '\\"'):
            for gap in (": ", ":"):
                text = text.replace(
                    old.replace('"', quote).replace(": ", gap), new.replace('"', quote).replace(": ", gap)
                )
        return text

    return change


def twice(text: str) -> str:
    """The page's text a second time, below a heading of its own."""
    body = text[text.index("Fills the shelf") : text.index("~~~ bash")]
    return text.replace("~~~ bash", f"# Long Description\n\n{body}~~~ bash", 1)


def drifted(old: str, new: str, nth: int) -> Callable[[str], str]:
    """The page's text a second time, and one of its copies changed."""
    return lambda text: replaced(old, new, nth)(twice(text))


def line_of_change(changed: str) -> int:
    """The first line in which a changed page differs from the clean one."""
    pairs = zip(TEXT.split("\n"), changed.split("\n"), strict=False)
    return next(number for number, (ours, theirs) in enumerate(pairs, 1) if ours != theirs)


@pytest.mark.parametrize("name", ["clean.md", "get.md"])
def test_clean_page_has_no_defect(name: str):
    assert find_defects(read(PAGES / name)) == ()


def test_of_a_page_with_entities_in_its_title_only_the_sample_that_does_not_parse_is_a_defect():
    assert [(defect.kind, defect.line) for defect in find_defects(read(PAGES / "loan.md"))] == [("sample-syntax", 93)]


FOUND = [
    pytest.param("title-placeholder", replaced("{shelf_uuid}", UUID), id="uuid-in-the-title"),
    pytest.param("path-parameter", replaced("(string) ***Required*** Names", "(string) Names"), id="path-not-required"),
    pytest.param("unresolved-include", replaced("shop/codes.md", "shop/none.md"), id="include-of-nothing"),
    pytest.param("empty-heading", replaced("### URL", "### Notes\n\n### URL"), id="heading-left-empty"),
    pytest.param("empty-heading", replaced("### Exp", "### Expected Response Codes\n\n### Exp"), id="heading-twice"),
    pytest.param("repeated-section", twice, id="text-twice"),
    pytest.param("sample-type", everywhere('"copies": 3', '"copies": "3"'), id="digit-string"),
    pytest.param("sample-type", everywhere('"copies": 3', '"copies": 3.5'), id="fraction-for-an-integer"),
    pytest.param("sample-type", everywhere('"copies": 3', '"copies": null'), id="null-for-a-required-field"),
    pytest.param("sample-type", replaced('"shown": true', '"shown": "true"'), id="boolean-as-string"),
    pytest.param("sample-format", replaced("yyyy-mm-dd", "yyyy-mmm-ddd"), id="format-no-sample-has"),
    pytest.param("sample-format", everywhere("2024-02-29", "2023-02-29"), id="day-the-calendar-lacks"),
    pytest.param("sample-format", everywhere("12.5", "12.505"), id="third-decimal-place"),
    pytest.param("sample-format", replaced('"book_uuid": "0f0e2a4c', '"book_uuid": "0f0e2a4', 2), id="no-uuid"),
    pytest.param(
        "sample-missing-field",
        replaced("price\n:", "weight\n: (integer) ***Required*** Grams\n\nprice\n:"),
        id="required-field-no-sample-has",
    ),
    pytest.param(
        "sample-unlisted-field", replaced('"shown": true', '"shown": true, "owned": 1'), id="field-not-listed"
    ),
    pytest.param("sample-syntax", replaced('"shown": true}', '"shown": true,}'), id="json-that-does-not-parse"),
    pytest.param("sample-syntax", replaced('"shown": true}', '"shown": 1, "shown": true}'), id="json-key-twice"),
    pytest.param("sample-syntax", replaced("print(response", "print response("), id="python-that-does-not-parse"),
    pytest.param("sample-syntax", replaced("<your token>' \\\n     -H", "<your token> \\\n     -H"), id="open-quote"),
    pytest.param(
        "sample-json", replaced('"books": [\n    {\n      "book', '"books": [\n    {\n      book'), id="curl-body"
    ),
    pytest.param("sample-json", replaced('\\"since\\": \\"2024-02-29\\"}', '\\"since\\": }'), id="httpie-body"),
    pytest.param("sample-json", replaced('{\\"copies\\":3', "{copies:3"), id="javascript-body"),
    pytest.param("sample-credential", lambda text: text.replace("<your token>", "8d1f77c2"), id="token-shown"),
    pytest.param("sample-bodies", replaced('\\"copies\\":3', '\\"copies\\":4'), id="bodies-differ"),
    pytest.param("unshown-field", replaced(', "shown": true', ""), id="field-no-sample-shows"),
]
"""A kind of defect, and the change of the clean page that makes it."""


@pytest.mark.parametrize(("kind", "change"), FOUND)
def test_defect_is_found_and_no_other(kind: str, change: Callable[[str], str], tmp_path: Path):
    changed = change(TEXT)
    assert changed != TEXT

    assert {defect.kind for defect in defects_of(changed, tmp_path)} == {kind}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param("title-placeholder", replaced("{shelf_uuid}", UUID), id="title"),
        pytest.param("sample-type", replaced('"shown": true', '"shown": "true"'), id="value-in-a-sample"),
        pytest.param("sample-syntax", replaced("print(response", "print response("), id="code"),
        pytest.param("unresolved-include", replaced("shop/codes.md", "shop/none.md"), id="include"),
    ],
)
def test_defect_is_on_its_line(kind: str, change: Callable[[str], str], tmp_path: Path):
    changed = change(TEXT)
    lines = [defect.line for defect in defects_of(changed, tmp_path) if defect.kind == kind]

    assert lines == [line_of_change(changed)]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        pytest.param("(integer)", "(string)", "`(integer)` in line", id="type"),
        pytest.param("(decimal) The", "(decimal) ***Required*** The", "`***Required***` in line", id="requirement"),
        pytest.param("yyyy-mm-dd", "yyyy/mm/dd", "`yyyy/mm/dd` in line", id="format"),
        pytest.param("Each book_uuid serves", "Every book_uuid serves", "`Every` in line", id="prose"),
        pytest.param("price\n:", "cost\n:", "`cost` in line", id="name"),
        pytest.param(
            "since\n: (string) The first day on the shelf. String format: yyyy-mm-dd\n", "", "since", id="gone"
        ),
    ],
)
def test_drift_between_copies_names_the_difference(old: str, new: str, words: str, tmp_path: Path):
    drifts = [each for each in defects_of(drifted(old, new, 2)(TEXT), tmp_path) if each.kind == "drift"]

    assert len(drifts) == 1
    assert words in drifts[0].what


@pytest.mark.parametrize(
    ("nth", "quoted", "title"),
    [
        (1, '"copies": 3', "Request"),
        (2, '"copies": 3', "Curl"),
        (1, '\\"copies\\": 3', "HTTPie"),
        (3, '"copies": 3', "Python (requests)"),
        (1, '\\"copies\\":3', "Node.js"),
    ],
    ids=["json", "curl", "httpie", "python", "javascript"],
)
def test_digit_string_is_found_in_every_kind_of_sample(nth: int, quoted: str, title: str, tmp_path: Path):
    string = quoted.replace("3", '\\"3\\"' if "\\" in quoted else '"3"')
    changed = replaced(quoted, string, nth)(TEXT)
    found = [each for each in defects_of(changed, tmp_path) if each.kind == "sample-type"]

    assert [(each.line, f"({title})" in each.what) for each in found] == [(line_of_change(changed), True)]


def test_response_of_another_shape_is_found_and_not_looked_into(tmp_path: Path):
    start, end = TEXT.index('  {\n    "books": [\n      {"book_uuid"'), TEXT.index('  ~~~\n  {: title="Response" }')
    changed = TEXT[:start] + f'  [{{"{UUID}": "Placed"}}]\n' + TEXT[end:]
    found = {defect.kind: defect for defect in defects_of(changed, tmp_path)}

    assert found.keys() == {"sample-shape", "unshown-field"}
    assert "array of objects keyed by UUIDs" in found["sample-shape"].what


NOTICED = """
[[defects]]
kind = "foreign-field"
cite = {term = "Lending Card", section = "Book Object"}
what = "The Lending Card ({lines}) is of another call."
suggestion = "Take it out."
"""


def test_what_a_reader_noticed_is_a_defect_as_long_as_the_page_says_it(tmp_path: Path):
    (tmp_path / "noticed.toml").write_text(NOTICED, "utf-8")
    noticed = load_noticed(tmp_path / "noticed.toml")
    page = read(TEXT.replace("Whether readers see the book", "Seen on the lending card"))
    (found,) = set(find_defects(page, noticed)) - set(find_defects(page))

    assert (found.kind, found.what) == ("foreign-field", f"The Lending Card (line {found.line}) is of another call.")
    assert (
        "lending card"
        in TEXT.replace("Whether readers see the book", "Seen on the lending card").splitlines()[found.line - 1]
    )
    assert find_defects(read(TEXT), noticed) == find_defects(read(TEXT))


def test_every_kind_of_defect_has_a_page_that_shows_it():
    kinds = {param.values[0] for param in FOUND} | {"drift", "sample-shape"}

    assert TEXTS.keys() == kinds


def test_page_without_a_file_has_no_place_to_look_for_includes():
    assert [defect.kind for defect in find_defects(read(TEXT))] == ["unresolved-include"]


def test_kept_defects_are_read_back_as_they_were_found(tmp_path: Path):
    kept = tmp_path / "defects.toml"
    page = read(twice(TEXT).replace("{shelf_uuid}", UUID))
    write_defects(page, find_defects(page), kept)
    first = kept.read_bytes()
    write_defects(page, find_defects(page), kept)

    assert load_defects(kept) == find_defects(page) != ()
    assert page.sha256.encode() in first
    assert kept.read_bytes() == first


def test_clean_page_keeps_no_defects(tmp_path: Path):
    write_defects(read(PAGES / "clean.md"), (), tmp_path / "defects.toml")

    assert load_defects(tmp_path / "defects.toml") == ()
    assert load_defects(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("defects = 1", id="no-tables"),
        pytest.param("[[defects]]\nkind = 'a'\nline = 1\nwhat = 'b'", id="key-missing"),
        pytest.param("[[defects]]\nkind = 'a'\nline = '1'\nwhat = 'b'\nsuggestion = 'c'", id="line-as-string"),
        pytest.param("[[defects]]\nkind = 'a'\nline = 1\nwhat = 'b'\nsuggestion = 'c'\nmore = 1", id="key-too-many"),
        pytest.param("[[defects", id="no-toml"),
    ],
)
def test_file_that_holds_no_defects_is_refused(text: str, tmp_path: Path):
    file = tmp_path / "defects.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(PageError, match=r"defects\.toml"):
        load_defects(file)


def test_kept_defects_of_the_published_page_name_its_contradictions():
    kinds = {defect.kind for defect in load_defects(ROOT / "specs/allocate_order/defects.toml")}

    assert kinds >= {
        "empty-heading",
        "repeated-section",
        "sample-format",
        "sample-shape",
        "sample-syntax",
        "sample-type",
        "several-names",
        "unknown-name",
        "unresolved-include",
    }
