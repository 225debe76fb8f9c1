"""The reader of pages: what it finds, on which line, and what it says of files that are no page."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.page.defects import find_defects
from contracts.page.facts import statements
from contracts.page.reader import read
from contracts.page.values import PageError

PAGES = Path(__file__).parents[1] / "pages"
CLEAN = PAGES / "clean.md"
TEXT = CLEAN.read_text("utf-8")
PAYLOAD = {
    "books": [
        {
            "book_uuid": "0f0e2a4c-5b7d-4c1e-9a52-6d1f3b8c7e90",
            "placement": {"copies": 3, "price": 12.5, "since": "2024-02-29"},
        }
    ]
}


def line_of(text: str, page: str = TEXT) -> int:
    """The line on which `text` first is, counted by looking, not by the reader."""
    return page[: page.index(text)].count("\n") + 1


def sample(title: str, language: str, code: str):
    page = read(f"~~~ {language}\n{code}\n~~~\n{{: title='{title}' }}\n")
    return page.samples[0].call


def test_front_matter_names_verb_path_and_description_with_their_lines():
    page = read(CLEAN)

    assert (page.method, page.path) == ("put", "/shop/shelves/{shelf_uuid}/")
    assert [block.text for block in page.sections[0].blocks] == ["Put books on a shelf"]
    assert (page.front["method"], page.front["title"]) == (line_of("method: put"), line_of("title: /"))


def test_headings_are_in_order_without_their_colons_below_their_parents():
    headings = read(CLEAN).headings

    assert [heading.title for heading in headings] == [
        "URL Parameters",
        "Request Parameters",
        "Book Object",
        "Placement Object",
        "Response Parameters",
        "Book Object",
        "Expected Response Codes",
    ]
    assert headings[2].path == ("Request Parameters", "Book Object")
    assert headings[3].line == line_of("#### Placement Object")


def test_objects_of_one_name_in_request_and_response_are_no_copies():
    assert {len(copies) for copies in read(CLEAN).copies.values()} == {1}


def test_fields_carry_section_type_requirement_format_and_line():
    fields = {(field.section, field.name): field for field in read(CLEAN).fields}
    since, price = fields["Placement Object", "since"], fields["Placement Object", "price"]

    assert (since.type, since.required, since.format, since.line) == (
        "string",
        False,
        "yyyy-mm-dd",
        line_of("since\n:"),
    )
    assert (price.type, price.format) == ("decimal", "2 decimal places")
    assert fields["Placement Object", "copies"].required


def test_samples_are_in_order_with_title_language_and_line():
    samples = read(CLEAN).samples

    assert [(each.title, each.language) for each in samples] == [
        ("Request", "json"),
        ("Response", "json"),
        ("Curl", "bash"),
        ("HTTPie", "bash"),
        ("Python (requests)", "python"),
        ("Node.js", "javascript"),
    ]
    assert samples[0].line == line_of("  ~~~ json")
    assert samples[2].line == line_of("~~~ bash")


@pytest.mark.parametrize("title", ["Curl", "HTTPie", "Python (requests)", "Node.js"])
def test_every_language_gives_headers_and_payload(title: str):
    call = next(each.call for each in read(CLEAN).samples if each.title == title)

    assert dict(call.headers) == {"Authorization": "Token <your token>", "Content-Type": "application/json"}
    assert call.payload == PAYLOAD


@pytest.mark.parametrize(
    ("language", "code", "payload"),
    [
        pytest.param("bash", "curl -XPOST /x --data-raw '{\"a\": 1}'", {"a": 1}, id="curl-attached-verb-raw-data"),
        pytest.param("sh", 'curl --json=\'{"a": "it\\u0027s"}\' /x | jq .', {"a": "it's"}, id="curl-json-piped"),
        pytest.param("bash", 'curl /x -d $\'{"a": "it\\\'s"}\'', {"a": "it's"}, id="curl-ansi-c-quotes"),
        pytest.param("bash", "http POST /x a=1 b:=2 c==3 D:4", {"a": "1", "b": 2}, id="httpie-items"),
        pytest.param("bash", "curl /x -d a=1", None, id="form-is-not-json"),
        pytest.param("python", 'requests.post("/x", data=\'{"a": 1}\')', {"a": 1}, id="python-text"),
        pytest.param(
            "python",
            'import json\nbody = json.dumps({"a": 1})\nrequests.request("POST", "/x", data=body)',
            {"a": 1},
            id="python-dumped-before",
        ),
        pytest.param("python", 'requests.post("/x", json=make())', None, id="python-computed"),
        pytest.param("python", 'requests.post(url="/x" data=json.dumps(a:="[1]"))', {"a": [1]}, id="python-broken"),
        pytest.param("js", "fetch('/x', {body: `{\"a\": 1}`})", {"a": 1}, id="javascript-template"),
        pytest.param("js", "// '{\"b\": 2}'\nsend('{\"a\": 1}')", {"a": 1}, id="comment-is-passed-over"),
        pytest.param("", '{"a": 1}', {"a": 1}, id="no-language-named"),
    ],
)
def test_payload_is_found_wherever_a_sample_holds_it(language: str, code: str, payload: object):
    assert sample("Request", language, code).payload == payload


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            'requests.put("https://a.example/x/", headers={"A": "b"}, data=json.dumps({"a": [True, None]}))',
            id="in-place",
        ),
        pytest.param(
            'url = "https://a.example/x/"\nheaders = {"A": "b"}\nbody = {"a": [True, None]}\n'
            'requests.request("PUT", url, headers=headers, json=body)',
            id="by-names",
        ),
        pytest.param(
            "# PUT https://b.example/\nwith httpx.Client() as client:\n"
            "    client.put(url='https://a.example/x/', headers={'A': 'b'}, json={'a': [True, None]}).json().get('c')",
            id="of-a-client",
        ),
    ],
)
def test_python_sample_gives_its_request_however_it_is_written(code: str):
    call = sample("Request", "python", code)

    assert call.headers == (("A", "b"),)
    assert call.payload == {"a": [True, None]}


def test_page_of_a_call_without_a_body_is_read():
    page = read(PAGES / "get.md")
    curl = next(each.call for each in page.samples if each.title == "Curl")

    assert (page.method, curl.payload) == ("get", None)
    assert [each.title for each in page.samples] == ["Response", "Curl"]
    assert page.samples[0].line == line_of("~~~ json", (PAGES / "get.md").read_text("utf-8"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="crlf"),
        pytest.param(lambda text: text.replace("\n", "\r"), id="cr"),
        pytest.param(lambda text: "\ufeff" + text, id="byte-order-mark"),
    ],
)
def test_line_ends_and_byte_order_mark_change_nothing(change, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_bytes(change(TEXT).encode())
    changed, clean = read(file), read(CLEAN)

    assert replace(changed, file=None, sha256="") == replace(clean, file=None, sha256="")


def test_page_without_front_matter_is_read_with_its_lines():
    page = read("# A page\n\n### Fields\n\nname\n: (string) A name\n")

    assert (page.method, page.path, page.front) == (None, None, {})
    assert [(field.name, field.line) for field in page.fields] == [("name", 5)]


def test_empty_lines_after_the_front_matter_are_counted():
    assert read("---\nmethod: get\n---\n\n\n\n### Here\n").headings[0].line == 7


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n\r\n", "is empty", id="white-space"),
        pytest.param(b"\xef\xbb\xbf", "is empty", id="byte-order-mark-alone"),
        pytest.param(bytes(range(256)), "is not UTF-8 text", id="binary"),
        pytest.param("---\n".encode("utf-16"), "is not UTF-8 text", id="utf-16"),
        pytest.param(b"ab\n\x00", "control character is in line 2", id="nul"),
        pytest.param(b"---\ntitle: x\n", "never closed", id="front-matter-not-closed"),
        pytest.param(b"---\na: [1\n---\n", "is not YAML", id="front-matter-no-yaml"),
        pytest.param(b"---\na: *b\n---\n", "is not YAML", id="front-matter-unknown-alias"),
        pytest.param(b"---\n- 1\n---\n", "has no keys", id="front-matter-a-list"),
        pytest.param(b"---\na: " + b"[" * 5000 + b"\n---\n", "is not YAML", id="front-matter-deep"),
        pytest.param(b"a" * 1_000_001, "is larger than", id="too-large"),
        pytest.param(b'{"log": {"entries": []}}', "is JSON, and not a page", id="a-recording"),
    ],
)
def test_what_is_not_a_page_is_refused_in_one_line(raw: bytes, why: str, tmp_path: Path):
    file = tmp_path / "page.md"
    file.write_bytes(raw)
    with pytest.raises(PageError) as caught:
        read(file)

    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["missing.md", "."], ids=["no-file", "a-folder"])
def test_what_is_not_a_file_is_refused_in_one_line(name: str, tmp_path: Path):
    with pytest.raises(PageError, match="cannot be read"):
        read(tmp_path / name)


def understood(text: str) -> bool:
    """Whether a text is a page; all that is asked of a page is asked of it."""
    try:
        page = read(text)
    except PageError:
        return False
    find_defects(page)
    statements(page)
    return True


def test_page_cut_off_anywhere_is_read_or_refused():
    lines = TEXT.splitlines(keepends=True)
    outcomes = {understood("".join(lines[:end])) for end in range(1, len(lines))}

    assert outcomes == {True, False}


def test_page_with_any_line_left_out_is_read_or_refused():
    lines = TEXT.splitlines(keepends=True)
    outcomes = [understood("".join(lines[:at] + lines[at + 1 :])) for at in range(len(lines))]

    assert outcomes.count(True) > len(lines) - 10


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([*re.split(r"(\W)", TEXT[:900]), "~~~", "---", "{", "\\", "$'", "'", '"']), max_size=80)
)
def test_page_words_in_any_order_are_read_or_refused(words: list[str]):
    understood("".join(words))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str):
    understood(text)


def test_entities_in_titles_are_read_as_what_they_mean():
    page = read(PAGES / "loan.md")

    assert page.path == "/shop/loans/<loan_uuid>/"
    assert page.sections[0].blocks[0].text == "Extend a loan & tell the reader."
    assert "Response & Parameters" in [heading.title for heading in page.headings]
    assert page.samples[0].title == "Request & body"


def test_items_of_httpie_in_code_that_does_not_parse_are_one_payload():
    payloads = {each.title: each.call.payload for each in read(PAGES / "loan.md").samples}

    assert payloads["Python (requests)"] == payloads["Curl"] == payloads["Request & body"]
