"""Servers of the field: the suite finds what is wrong with each, and nothing else; and how that is decided.

Here are the servers in FastAPI, with few generated requests; `make field` runs all servers, with as many as by default.
"""

import os
from dataclasses import replace

import pytest

from contracts.endpoint.discovery import discover
from tests.field.harness import SERVERS as FOLDER
from tests.field.harness import Fault, Open, Server, Sign, choices, compare, examine, running, servers

SERVERS = servers()
CLAUSES = discover()["allocate_order"].catalogue.clauses
SHIPPED = "response-parameters.quantity-shipped-type"
SUM = "allocation-object.sum-exceeds-ordered"
PLAIN = Server("plain", "", ("{python}",), (), (), 24, 0, pedantic=False, faults=(), open=())
FAULTY = replace(PLAIN, faults=(Fault("quantities are strings", (Sign(SHIPPED, "string"),), (Sign(SUM),)),))


def verdicts(*divergences, readings=(), flagged=(), exit_code=None):
    """What verdicts.json says of a run that found these (clause, observed) and read so."""
    entries = [
        {"clause": clause, "outcome": "failed", "reading": None, "divergences": [{"observed": observed}]}
        for clause, observed in divergences
    ]
    entries += [{"clause": c, "outcome": "passed", "reading": name, "divergences": []} for c, name in readings]
    code = exit_code if exit_code is not None else int(bool(divergences))
    flags = [{"clause": clause, "reading": name} for clause, name in flagged]
    return {"verdicts": entries, "flagged": flags, "exit_code": code, "why": "because", "requests": 7}


@pytest.mark.parametrize("name", [name for name in SERVERS if name.startswith("fastapi_")])
def test_a_server_is_judged_as_it_is(name, tmp_path):
    result = examine(SERVERS[name], tmp_path, "--examples", "5")

    assert (result.missed, result.false) == ((), ())
    assert len(result.found) == len(SERVERS[name].faults)


def test_a_fault_is_found_with_its_consequences():
    result = compare(FAULTY, verdicts((SHIPPED, "a string"), (SUM, "200")), [])

    assert (result.found, result.missed, result.false) == (("quantities are strings",), (), ())
    assert result.right


def test_a_consequence_alone_does_not_show_the_fault():
    result = compare(FAULTY, verdicts((SUM, "200")), [])

    assert (result.found, len(result.missed), result.false) == ((), 1, ())
    assert not result.right


def test_a_divergence_of_no_fault_is_a_false_alarm():
    result = compare(FAULTY, verdicts((SHIPPED, "a string"), (SHIPPED, "a boolean")), [])

    assert (result.missed, result.false) == ((), (f"{SHIPPED}: a boolean",))
    assert not result.right


def test_an_open_false_alarm_is_counted_apart_while_it_shows_and_fails_when_it_no_longer_shows():
    server = replace(PLAIN, open=(Open(Sign(SUM, "200"), "not mended yet"),))

    assert compare(server, verdicts((SUM, "200")), []).open == (f"{SUM}: 200",)
    assert compare(server, verdicts((SUM, "200")), []).right
    assert compare(server, verdicts(), []).false == (f"an open entry that no longer shows: {SUM} 200",)


def test_an_open_false_alarm_that_shows_only_sometimes_may_be_absent():
    server = replace(PLAIN, open=(Open(Sign(SUM, "200"), "a matter of time", sometimes=True),))

    assert compare(server, verdicts((SUM, "200")), []).right
    assert compare(server, verdicts(), []).right


def test_a_wrong_reading_is_a_false_alarm():
    choice = {"name": "a", "clause": "state.second-allocation", "reading": "refused", "servers": ["plain"]}
    read = (("state.second-allocation", "accepted"),)

    assert len(compare(PLAIN, verdicts(readings=read), [choice]).false) == 1
    assert compare(PLAIN, verdicts(readings=read), [choice | {"reading": "accepted"}]).right
    assert compare(PLAIN, verdicts(readings=read), [choice | {"servers": ["another"]}]).right


def test_a_flagged_reading_counts_with_pedantic_only():
    flagged = (("response-parameters.shape", "array"),)

    assert compare(PLAIN, verdicts(flagged=flagged), []).right
    assert not compare(replace(PLAIN, pedantic=True), verdicts(flagged=flagged, exit_code=1), []).right


def test_an_exit_code_that_the_divergences_do_not_explain_is_a_false_alarm():
    assert compare(PLAIN, verdicts(exit_code=5), []).false == ("exit 5: because",)


def test_a_server_on_which_little_is_tested_is_not_right():
    read = (("state.second-allocation", "accepted"),)

    assert compare(replace(PLAIN, tested=1), verdicts(readings=read), []).right
    assert not compare(replace(PLAIN, tested=2), verdicts(readings=read), []).right


def test_a_server_that_does_not_start_is_reported_with_what_it_wrote(tmp_path):
    broken = replace(PLAIN, command=("{python}", "-c", "raise SystemExit('no port for me')"))

    with pytest.raises(RuntimeError, match="no port for me"), running(broken, tmp_path):
        pass


def test_a_server_that_ignores_the_request_to_end_is_ended(tmp_path):
    stubborn = (
        "import os, signal, socket, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "open('pid', 'w').write(str(os.getpid())); s = socket.create_server(('127.0.0.1', int(sys.argv[1])));"
        "[s.accept() for _ in iter(int, 1)]"
    )
    with running(replace(PLAIN, command=("{python}", "-c", stubborn, "{port}")), tmp_path):
        process = int((tmp_path / "pid").read_text("utf-8"))

    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize("server", SERVERS.values(), ids=list(SERVERS))
def test_a_data_file_names_clauses_that_exist_and_its_server_is_short(server):
    signs = [sign for fault in server.faults for sign in (*fault.shows, *fault.also)] + [e.sign for e in server.open]
    sources = [path for path in FOLDER.glob(f"{server.name}.*") if path.suffix != ".toml"]

    assert {sign.clause for sign in signs} <= set(CLAUSES)
    assert all(fault.shows for fault in server.faults)
    assert [len(path.read_text("utf-8").splitlines()) < 120 for path in sources] == [True]


def test_a_choice_names_what_exists_and_is_made_by_a_server_without_a_fault():
    for choice in choices():
        assert choice["servers"], choice["name"]
        assert all(not SERVERS[name].faults for name in choice["servers"]), choice["name"]
        if "reading" in choice:
            assert choice["reading"] in {reading.name for reading in CLAUSES[choice["clause"]].readings}


def test_many_choices_are_made_by_several_servers_without_a_fault():
    faultless = {name for name, server in SERVERS.items() if not server.faults}
    made = {name for choice in choices() for name in choice["servers"]}

    assert len(choices()) >= 40
    assert len({choice["name"] for choice in choices()}) == len(choices())
    assert made == faultless
    assert len(faultless) >= 5
    assert any(SERVERS[name].pedantic for name in faultless)
