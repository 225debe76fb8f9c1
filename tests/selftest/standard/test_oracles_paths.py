"""Oracles of what a request names (paths, redirects, line items of other orders), and of the names of headers."""

from dataclasses import replace

import pytest

from contracts.standard.redirects import redirected_to


@pytest.mark.parametrize(
    ("status", "location", "evidence"),
    [
        pytest.param(404, None, "404", id="not-found"),
        pytest.param(200, None, "accepted", id="served"),
        pytest.param(308, "{path}/", "redirect", id="redirect"),
        pytest.param(405, None, "refused", id="not-allowed"),
        pytest.param(403, None, "refused", id="forbidden"),
        pytest.param(301, "https://api.example.com/v1{path}/?x=1", "redirect", id="absolute-redirect"),
        pytest.param(301, "HTTPS://API.example.com:443/v1{path}/", "redirect", id="the-same-origin-in-other-words"),
        pytest.param(307, "{segment}/", "redirect", id="relative-redirect"),
        pytest.param(307, "//api.example.com/v1{path}/", "redirect", id="without-a-scheme"),
        pytest.param(302, "/login", "redirect elsewhere", id="redirect-elsewhere"),
        pytest.param(301, "https://elsewhere.example/v1{path}/", "redirect elsewhere", id="another-host"),
        pytest.param(301, "http://api.example.com/v1{path}/", "redirect elsewhere", id="without-tls"),
        pytest.param(301, "https://api.example.com:8443/v1{path}/", "redirect elsewhere", id="another-port"),
        pytest.param(301, "https://api.example.com{path}/", "redirect elsewhere", id="not-below-the-base"),
        pytest.param(301, "https://[nowhere", "redirect elsewhere", id="not-a-reference"),
        pytest.param(301, None, "redirect elsewhere", id="without-a-location"),
    ],
)
def test_a_path_without_its_slash_is_seen_for_what_becomes_of_it(bench, status, location, evidence):
    assert redirected(bench, "url-parameters.final-slash/without", status, location) == [evidence]


@pytest.mark.parametrize(
    ("location", "evidence"),
    [
        pytest.param("https://api.example.com/v1{path}/", "redirect", id="the-host-of-the-table"),
        pytest.param("https://10.0.0.7:8443/v1{path}/", "redirect", id="the-host-of-the-connection"),
        pytest.param("https://elsewhere.example/v1{path}/", "redirect elsewhere", id="another-host"),
        pytest.param("http://api.example.com/v1{path}/", "redirect elsewhere", id="without-tls"),
    ],
)
def test_the_host_that_the_table_states_is_the_targets_own(bench, location, evidence):
    clause, base_url = "url-parameters.final-slash/without", "https://10.0.0.7:8443/v1"

    assert redirected(bench, clause, 301, location, base_url, ("Host", "api.example.com")) == [evidence]


@pytest.mark.parametrize("status", [200, 201, 300, 303, 304, 305, 404])
def test_another_code_leads_nowhere_whatever_its_location_is(bench, status):
    headers = (("Location", "/timp/orders/"),)

    assert redirected_to(bench.exchange(bench.base(), 301, headers=headers), "") == "/timp/orders/"
    assert redirected_to(bench.exchange(bench.base(), status, headers=headers), "") is None


def redirected(bench, case_id, status, location, base_url="https://api.example.com/v1", *sent):
    """What is seen of a redirect of a path that is spelled in another way, on a target below /v1."""

    def answer(request):
        due = {"segment": request.path.rpartition("/")[2], "uuid": bench.order.uuid}
        path = (
            request.path
            if (location and location.startswith("http")) or "//" in (location or "")
            else f"/v1{request.path}"
        )
        headers = (("Location", location.format(path=path, **due)),) if location else ()
        request = replace(request, headers=(*request.headers, *sent))
        return bench.exchange(request, status, headers=headers)

    case = bench.case(case_id, answer)
    context = replace(bench.context(), base_url=base_url)
    return [seen.evidence for seen in bench.endpoint.observers[case_id.partition("/")[0]](case, context)]


@pytest.mark.parametrize(
    ("status", "location", "evidence"),
    [
        pytest.param(301, "/v1/timp/orders/allocation/{uuid}/", ["redirect"], id="to-the-usual-spelling"),
        pytest.param(308, "../{uuid}/", ["redirect"], id="relative"),
        pytest.param(301, "/v1/timp/orders/{uuid}/", ["redirect elsewhere"], id="to-another-call"),
        pytest.param(404, None, ["refused"], id="refused"),
        pytest.param(200, None, ["accepted"], id="found"),
    ],
)
@pytest.mark.parametrize("spelling", ["upper-case-uuid/upper case", "compact-uuid/no hyphens"])
def test_another_spelling_of_the_order_is_seen_for_what_becomes_of_it(bench, spelling, status, location, evidence):
    assert redirected(bench, f"url-parameters.{spelling}", status, location) == evidence


@pytest.mark.parametrize(("location", "found"), [("../{uuid}/", False), ("/timp/orders/", True)])
def test_a_percent_encoded_path_may_be_redirected_to_the_decoded_one_alone(bench, location, found):
    clause = "url-parameters.percent-encoded-uuid"

    def answer(request):
        return bench.exchange(request, 301, headers=(("Location", location.format(uuid=bench.order.uuid)),))

    findings, held = bench.said(clause, bench.case(f"{clause}/first digit", answer))

    assert (bool(findings), bool(held)) == (found, not found)


@pytest.mark.parametrize(
    ("name", "status", "evidence"),
    [
        pytest.param("Item Not Found", 200, "reported", id="reported"),
        pytest.param("Allocated", 200, "carried out", id="carried-out"),
        pytest.param(None, 422, "422", id="refused"),
    ],
)
def test_a_foreign_line_item_is_seen_for_what_becomes_of_it(bench, name, status, evidence):
    def answer(request):
        lines = [{line["line_item_uuid"]: name or "x"} for line in bench.lines(request)]
        return bench.exchange(request, status, lines if name else {"error": "no"})

    case = bench.case("request-parameters.foreign-line-item/invented", answer)
    seen = [o.evidence for o in bench.endpoint.observers["request-parameters.foreign-line-item"](case, bench.context())]

    assert seen == [evidence]


@pytest.mark.parametrize(
    "case_id",
    [
        "request-parameters.other-orders-line-item/beside its own",
        "request-parameters.line-item-uuid-malformed/word",
        "request-parameters.upper-case-line-item-uuid/upper case",
    ],
)
def test_a_line_item_that_is_not_found_may_be_answered_404_and_not_403(bench, case_id):
    readings = {
        "request_parameters__foreign_line_item": "not-found",
        "request_parameters__upper_case_line_item_uuid": "not-matched",
    }
    fits = "response-codes.refusal-fits-its-cause"

    def said(status):
        case = bench.case(case_id, lambda request: bench.refusal(request, status))
        return bench.said(fits, case, bench.context(**readings))

    assert said(404) == ([], 1)
    assert len(said(403)[0]) == 1


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        pytest.param("X-User", "1", 0, id="a-token"),
        pytest.param("X-User-[secret valid]", "1", 0, id="a-secret-in-the-name"),
        pytest.param("X-User", "one\t two", 0, id="spaces-in-the-value"),
        pytest.param("X-User", "\xe4\x80", 0, id="bytes-beyond-ascii"),
        pytest.param("X User", "1", 1, id="a-space-in-the-name"),
        pytest.param("", "1", 1, id="no-name"),
        pytest.param("X-[other]", "1", 1, id="brackets-in-the-name"),
        pytest.param("X-User", "a\x00b", 1, id="a-control-character-in-the-value"),
        pytest.param("X-User", "a\x1f", 1, id="the-last-one"),
        pytest.param("X-User", "\x7f", 1, id="delete"),
    ],
)
def test_a_header_has_a_token_for_its_name(bench, name, value, found):
    exchange = bench.exchange(bench.base(), headers=((name, value),))

    assert len(bench.said("http.header-syntax", bench.one(exchange))[0]) == found


@pytest.mark.parametrize("status", [500, 501, 503, 599])
def test_an_error_of_the_server_is_not_a_code_that_is_undocumented(bench, status):
    assert bench.said("response-codes.documented", bench.one(bench.exchange(bench.base(), status, {}))) == ([], 0)


U = "319bba9f-71b1-4a93-8abf-67a45b8fdd5c"


@pytest.mark.parametrize(
    ("path", "traits", "unjudged"),
    [
        (f"{U}/", {("order-uuid-addresses-the-order", "the order's UUID")}, False),
        (U, {("final-slash", "no final slash"), ("order-uuid-addresses-the-order", "the order's UUID")}, False),
        (f"{U}/?a=1", {("order-uuid-addresses-the-order", "the order's UUID")}, True),
        (f"{U.upper()}/", {("upper-case-uuid", "upper-case digits")}, False),
        (f"%33{U[1:]}/", {("percent-encoded-uuid", "a digit percent-encoded")}, False),
        (f"{U.replace('-', '')}/", {("compact-uuid", "no hyphens")}, False),
        (f"{U.replace('-', '').upper()}/", set(), True),
        (f"{{{U}}}/", set(), True),
        ("00000000-0000-4000-8000-000000000000/", {("unknown-order", "a UUID of no order")}, False),
        ("00000000000040008000000000000000/", set(), True),
        ("***/", {("order-uuid-malformed", "no hexadecimal digit")}, False),
        (f"{U[:35]}/", {("order-uuid-malformed", "too short")}, False),
        (f"{U}0/", {("order-uuid-malformed", "too long")}, False),
        (f"{U[:35]}g/", {("order-uuid-malformed", "a character that is no hexadecimal digit")}, False),
        (f"{'a' * 1000}/", {("order-uuid-malformed", "too long")}, False),
        (f"{'a' * 1001}/", {("order-uuid-malformed", "thousands of characters")}, False),
    ],
)
def test_a_path_is_recognised_by_what_names_its_order(bench, path, traits, unjudged):
    request = replace(bench.base(), path=f"/timp/orders/allocation/{path}")
    seen = bench.context().view(bench.exchange(request))
    found = {(trait.clause.partition(".")[2], trait.label) for trait in seen.traits if trait.clause.startswith("url-")}

    assert (found, seen.unjudged) == (traits, unjudged)
