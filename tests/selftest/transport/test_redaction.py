"""No secret is left of an answer, in any encoding; what is public is left as it is; and both take linear time."""

import sys

import pytest

from contracts.model.marks import ECHO
from contracts.transport.known_texts import SEAM, KnownTexts
from contracts.transport.redaction import Redactor
from contracts.transport.secrets import Secret
from tests.selftest.spellings import SPELLINGS

TOKENS = {
    "with all kinds of characters": "canary/Sup+plier~7Qx",
    "of letters": "abcdefghijklmnopqrstuvwxyz" * 3,
    "of eight characters": "s3cr3t-9",
    "that looks like hex": "0123456789abcdef0123456789abcdef",
    "with a space in it": "two words-Of a token",
}
FRAMES = {"in JSON": ('{"seen": "', '", "line_items": []}'), "between words": ("so ", " it is"), "alone": ("", "")}


def redactor(*secrets, familiar=()):
    """A redactor that knows these secrets."""
    return Redactor({f"unknown {number}": Secret(secret) for number, secret in enumerate(secrets)}, familiar)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_secret_is_replaced_in_every_spelling_and_nothing_around_it(spelling, token, frame):
    before, after = FRAMES[frame]
    spelled = SPELLINGS[spelling](token)
    whole = f"{before}{spelled}{after}"

    text = redactor(token).clean(whole.encode()).decode()

    marks = [found[0] for found in ECHO.finditer(text)]
    assert marks
    assert text.startswith(before)
    assert text.endswith(after)
    left = len(text) - len(before) - len(after) - sum(map(len, marks))
    assert left <= max(3 * 16, len(spelled) // 4)


@pytest.mark.parametrize(
    "near", [lambda s: s[:-1], lambda s: s[:-1] + "y", lambda s: s + "0"], ids=["cut", "last", "longer"]
)
@pytest.mark.parametrize("spelling", ["as it is", "percent", "base64", "hex", "decimal entities"])
def test_a_near_miss_is_replaced_as_a_whole_secret(near, spelling):
    token = TOKENS["with all kinds of characters"]

    text = redactor(token).clean_text(f"<{SPELLINGS[spelling](near(token))}>")

    assert "[secret unknown 0]" in text


@pytest.mark.parametrize("spelling", ["base64", "hex"])
def test_runs_of_digits_stay_apart(spelling):
    """A near miss at the end of one run is not made whole by the next run, or by the same one read again."""
    token = TOKENS["with all kinds of characters"]
    run = SPELLINGS[spelling](f"abToken {token[:-1]}")

    text = redactor(token).clean_text(f'"{run}" "{SPELLINGS[spelling]("xxxxxxxxxxxx")}"')

    assert text.startswith(f'"{run[:8]}')
    assert text.endswith(f'" "{SPELLINGS[spelling]("xxxxxxxxxxxx")}"')
    assert text.count("[secret unknown 0]") == 1


LONG = "kQ7zWmX2pLr9VbTn4YsD"


@pytest.mark.parametrize("spelling", ["as it is", "percent", "base64", "hex", "reversed", "full width"])
@pytest.mark.parametrize("part", [LONG[:14], LONG[-14:], LONG[:18]], ids=["start", "end", "more"])
def test_a_truncated_secret_is_replaced_and_marked_as_a_part(part, spelling):
    text = redactor(LONG).clean_text(f"seen: {SPELLINGS[spelling](part)}…")

    assert "[part of secret unknown 0]" in text
    assert ECHO.search(text)


@pytest.mark.parametrize("length", range(14, 20))
def test_all_of_a_part_is_replaced_whether_it_is_the_start_or_the_end(length):
    mark = "[secret unknown 0]" if length == 19 else "[part of secret unknown 0]"

    for part in (LONG[:length], LONG[-length:]):
        assert redactor(LONG).clean_text(f"seen: {part}!") == f"seen: {mark}!"
        assert redactor(LONG).clean_text(part) == mark


@pytest.mark.parametrize("part", [LONG[:13], LONG[-13:], LONG[3:17], LONG[:6] + "…" + LONG[-6:]])
def test_less_than_two_thirds_of_a_secret_is_not_an_echo(part):
    assert redactor(LONG).clean_text(f"seen: {part}!") == f"seen: {part}!"


def test_a_part_of_fewer_than_twelve_characters_is_not_an_echo():
    secret = LONG[:14]

    assert redactor(secret).clean_text(secret[:11]) == secret[:11]
    assert redactor(secret).clean_text(secret[:12]) == "[part of secret unknown 0]"


PUBLIC = '{"supplier_provided_sku_cost": "1.00"}'


@pytest.mark.parametrize("token", ["supplier_provided_sku_cost_7Qx", "9Zk-supplier_provided_sku_cost"])
def test_a_part_that_the_specification_holds_is_not_an_echo(token):
    clean = redactor(token, familiar=["supplier_provided_sku_cost:\n  type: string"]).clean_text

    assert clean(PUBLIC) == PUBLIC
    assert clean(PUBLIC.upper()) == PUBLIC.upper()
    assert clean(f"{token} {PUBLIC}") == f"[secret unknown 0] {PUBLIC}"
    assert redactor(token).clean_text(PUBLIC) != PUBLIC


def test_more_of_it_than_the_specification_holds_is_an_echo():
    token = "supplier_provided_sku_cost_7Qx-4hJ"  # noqa: S105 - no one's
    clean = redactor(token, familiar=["supplier_provided_sku_cost"]).clean_text

    assert clean(token[:-4]) == "[part of secret unknown 0]"


def test_a_part_that_a_request_sent_is_not_an_echo_from_then_on():
    token = "supplier_provided_sku_cost_7Qx"  # noqa: S105 - no one's
    redactor_of_the_run = redactor(token)

    redactor_of_the_run.learn(f"note={token[:-4]}")

    assert redactor_of_the_run.clean_text(token[:-4]) == token[:-4]
    assert redactor_of_the_run.clean_text(token) == "[secret unknown 0]"


def test_a_text_that_is_remembered_as_clean_stays_clean_and_another_one_is_still_looked_at():
    clean = redactor(LONG).clean_text

    assert [clean("nothing"), clean("nothing"), clean(f"nothing {LONG}")] == [
        "nothing",
        "nothing",
        "nothing [secret unknown 0]",
    ]


@pytest.mark.parametrize("length", range(17, 40))
def test_of_a_secret_of_one_letter_nothing_is_left_however_long_it_is(length):
    assert redactor("a" * 16).clean_text(f"<{'a' * length}>") == "<[secret unknown 0]>"


def test_the_longest_of_several_secrets_names_an_echo():
    assert redactor(LONG, LONG + "-more").clean_text(f"a {LONG}-more b") == "a [secret unknown 1] b"


@pytest.mark.parametrize(
    "body",
    [
        PUBLIC.encode(),
        b"\xff\xfe\x00 not UTF-8 \x80",
        "größer als &auml; %C3%A4 \\u00e4".encode(),
        b"a" * 100_000,
        b"VGhpcyBpcyBub3QgaXQ=" * 100,
        b"",
    ],
)
def test_other_text_is_left_as_it_is_byte_for_byte(body):
    assert redactor(*TOKENS.values()).clean(body) == body


def test_names_and_values_of_headers_are_cleaned():
    found = redactor(LONG).clean_headers([(f"X-{LONG}", "1"), ("X-Seen", f"Token {LONG}"), ("Date", "today")])

    assert found == (("X-[secret unknown 0]", "1"), ("X-Seen", "Token [secret unknown 0]"), ("Date", "today"))


@pytest.mark.parametrize(
    ("cookie", "shown"),
    [
        ("session=4f5a77; Path=/; HttpOnly", "session=[cookie]; Path=/; HttpOnly"),
        ('id="a=b"', "id=[cookie]"),
        ("bare", "[cookie]"),
        (f"token=a{LONG}; Path=/", "token=[cookie][secret unknown 0]; Path=/"),
    ],
)
def test_the_value_of_a_cookie_is_replaced_by_a_mark_that_is_not_an_echo(cookie, shown):
    ((_, value),) = redactor(LONG).clean_headers([("sEt-CoOkIe", cookie)])

    assert value == shown
    assert bool(ECHO.search(value)) is ("secret" in shown)


# ------------------------------------------------------------------------------------------------ work


def lines_run(call):
    """How many lines of Python a call runs: a measure of work that no other process changes."""
    count = 0

    def trace(_frame, event, _argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


LETTERS = TOKENS["of letters"]
HOSTILE = {
    "truncated, then other bytes": LETTERS[:50] + "!" * 100,
    "almost enough of the start": LETTERS[:51] + "!",
    "almost enough of the end": "!" + LETTERS[-51:],
    "enough of the start": LETTERS[:52] + "!",
    "escapes": "%61%62&#99;\\u0064",
    "escapes of escapes": "%2525",
    "numbers": "116, 111, ",
    "hex": "61",
    "base64": "YWJjZGVmZ2hpamtsbW5v",
    "NUL": "a\0",
    "ampersands": "&#0",
    "white space": "ab \n",
}


@pytest.mark.parametrize("part", HOSTILE.values(), ids=HOSTILE)
def test_twice_the_near_misses_are_about_twice_the_work(part):
    once = (part * 20_000)[:20_000]
    redactor(LETTERS).clean_text(once)
    first, second = redactor(LETTERS).clean_text, redactor(LETTERS).clean_text

    assert lines_run(lambda: second(once * 2)) <= 2.3 * lines_run(lambda: first(once)) + 200


# ------------------------------------------------------------------------- texts like one that has no secret

FILLER = "[]{} " * 60_000


@pytest.mark.parametrize("at", [0, 1, 200_000, len(FILLER) - 1, len(FILLER)])
def test_a_secret_within_a_text_that_is_else_known_is_replaced(at):
    clean = redactor(LONG).clean_text
    clean(FILLER)

    assert clean(FILLER) == FILLER
    assert clean(f"{FILLER[:at]}<{LONG}>{FILLER[at:]}") == f"{FILLER[:at]}<[secret unknown 0]>{FILLER[at:]}"


@pytest.mark.parametrize("cut", [1, 7, 10, 13, 19])
def test_a_secret_of_which_a_part_is_in_the_known_text_is_replaced(cut):
    clean = redactor(LONG).clean_text
    part, rest = LONG[:cut], LONG[cut:]
    known = FILLER + part[: len(LONG) // 2] + FILLER
    clean(known)

    assert LONG not in clean(FILLER + part + rest + FILLER)
    assert clean(FILLER + LONG + FILLER) == f"{FILLER}[secret unknown 0]{FILLER}"


def test_of_a_text_that_is_mostly_known_only_what_is_around_the_difference_is_searched():
    known = KnownTexts()
    known.add(FILLER)

    assert known.rest(FILLER) == ""
    assert known.rest(f"{FILLER[:200_000]}changed{FILLER[200_000:]}") in f"{FILLER[:200_000]}changed{FILLER[200_000:]}"
    assert len(known.rest(f"{FILLER[:200_000]}changed{FILLER[200_000:]}")) <= 2 * SEAM + len("changed")


def test_a_truncated_token_of_many_letters_is_judged():
    body = LETTERS[:60] + "?" * 1000

    assert redactor(LETTERS).clean_text(body) == "[part of secret unknown 0]" + "?" * 1000
