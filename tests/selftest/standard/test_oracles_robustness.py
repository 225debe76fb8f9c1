"""Special characters: every success and refusal is right, unless a template was carried out."""

import pytest

CLAUSE = "robustness.special-characters"
CASE = f"{CLAUSE}/a template"


@pytest.mark.parametrize(
    ("status", "body", "observed"),
    [
        (200, b"{}", None),
        (201, b"{}", None),
        (400, b"{}", None),
        (404, b"{}", None),
        (422, b"{{7331*1337}}", None),
        (200, b"9801547", "its template, carried out"),
        (400, b'{"detail": "9801547 is not a UUID"}', "its template, carried out"),
        (500, b"{}", "500 for a template"),
        (302, b"", "302 for a template"),
        (502, b"9801547", "502 for a template"),
    ],
)
def test_special_characters_are_text_to_a_target(bench, status, body, observed):
    case = bench.case(CASE, lambda request: bench.exchange(request, status, body))
    findings, held = bench.said(CLAUSE, case)

    assert [finding.observed for finding in findings] == ([observed] if observed else [])
    assert held == (observed is None)


def test_no_answer_to_special_characters_is_a_finding(bench):
    case = bench.case(CASE, lambda request: bench.exchange(request, 200, {}))
    ((base, first), (_, change)) = case.steps
    lost = type(case)(case.id, ((base, first), ("change", type(change)("a-1", change.request, None, "ReadError"))))
    ((finding,), held) = bench.said(CLAUSE, lost)

    assert (finding.observed, held) == ("no answer (ReadError) for a template", 0)


def test_other_cases_say_nothing_of_special_characters(bench):
    case = bench.one(bench.exchange(bench.base(), 500, b"9801547"))

    assert bench.said(CLAUSE, case) == ([], 0)


@pytest.fixture
def traits(bench):
    """Makes the clauses of robustness of which a request with a body, and perhaps another path, has a trait."""

    def make(body, path=None):
        base = bench.base()
        request = bench.variant(base, body=body, **({"path": path} if path else {}))
        view = bench.context().view(bench.exchange(request, 400, {}))
        return {each.clause.partition(".")[2] for each in view.traits | view.masked if each.clause.startswith("robust")}

    return make


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"a": "' + b"x" * 49_999 + b'"}', set()),
        (b'{"a": "' + b"x" * 50_000 + b'"}', {"long-strings"}),
        (b'{"a": ' + b"9" * 299 + b"}", set()),
        (b'{"a": ' + b"9" * 300 + b"}", {"giant-numbers"}),
        (b"[-" + b"9" * 300 + b"]", {"giant-numbers"}),
        (b'{"a": 1.5e999}', {"giant-numbers"}),
        (b'{"a": 1e99}', set()),
        (b'{"a": 1e-999}', set()),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", set()),
        (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", {"deep-json"}),
        (b'{"x":' * 60 + b"1" + b"}" * 60, {"deep-json"}),
        (b'{"line_items": [' + b"1," * 499 + b"1]}", set()),
        (b'{"line_items": [' + b"1," * 500 + b"1]}", {"many-line-items"}),
        (b"{" + b",".join(b'"f%d": 1' % number for number in range(500)) + b"}", set()),
        (b"{" + b",".join(b'"f%d": 1' % number for number in range(501)) + b"}", {"many-fields"}),
        (b'{"a": "\\u0000"}', {"odd-text"}),
        (b'{"a": "\\ud800"}', {"odd-text"}),
        (b'{"a": "\\u202e"}', {"odd-text"}),
        (b'{"a": "\\uFFFE"}', {"odd-text"}),
        ('{"a": "\u202a"}'.encode(), {"odd-text"}),
        ('{"a": "\u2066"}'.encode(), {"odd-text"}),
        (b'{"a": "\x7f"}', {"odd-text"}),
        (b'{"a": "\\u0020 \\ue000"}', set()),
        ('{"a": "\u2029\u00e4"}'.encode(), set()),
        (b"", set()),
    ],
)
def test_a_request_out_of_proportion_is_known_by_its_bytes(traits, body, expected):
    assert traits(body) == expected


@pytest.mark.parametrize(("length", "expected"), [(1000, set()), (1001, {"long-path"})])
def test_a_segment_of_more_than_a_thousand_characters_is_long(traits, length, expected):
    assert traits(b"{}", f"/timp/orders/allocation/{'a' * length}/") == expected


@pytest.mark.parametrize("name", ["deep-json/arrays 500", "odd-text/NUL in the identifier", "long-path/8000"])
@pytest.mark.parametrize(("status", "findings"), [(200, 0), (400, 0), (404, 0), (302, 1), (500, 1), (503, 1)])
def test_any_success_or_refusal_of_it_will_do(bench, name, status, findings):
    clause = f"robustness.{name.partition('/')[0]}"
    found, held = bench.said(clause, bench.case(f"robustness.{name}", lambda request: bench.answer(request, status)))

    assert (len(found), held) == (findings, 1 - findings)
    assert all(finding.observed.startswith(f"{status} for ") for finding in found)
    assert bench.said(clause, bench.one(bench.success(bench.base()))) == ([], 0)
