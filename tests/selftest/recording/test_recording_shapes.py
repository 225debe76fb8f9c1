"""Recordings in the shapes of many producers: a correct call has no finding, and a fault is found if it was recorded.

`recordings/shapes.toml` has the shapes as data; the files are made from it.
"""

import base64
import copy
import gzip
import io
import json
import tomllib
import zipfile
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from contracts.endpoint.discovery import discover
from contracts.judging.judgement import judge_all
from contracts.model.exchange import LineItem, Order
from contracts.recording.reading import SoughtCall, read
from contracts.recording.recorded import Recording, Sent
from contracts.recording.store import Store
from contracts.target.targets import Target
from tests.selftest.hostile_files import LINE, ORDER, entry, log

SHAPES = tomllib.loads((Path(__file__).parents[1] / "recordings" / "shapes.toml").read_text("utf-8"))["shape"]
NAMES = [f"{shape['producer']}: {shape['peculiarity']}" for shape in SHAPES]
GIVEN = Order(ORDER, (LineItem(LINE, 6),))
STRING = "response-parameters.quantity-shipped-type"


def body(*, right):
    """The answer's text: the quantity is an integer, or an integer in a string."""
    line = {"line_item_uuid": LINE, "quantity_shipped": 0 if right else "0", "supplier_provided_sku_cost": 13.98}
    return json.dumps({"line_items": [line]})


def plain(*, right):
    """An entry as HAR 1.2 specifies it."""
    made = entry()
    text = body(right=right)
    made["response"]["content"] |= {"text": text, "size": len(text)}
    made["response"]["bodySize"] = len(text)
    made["response"]["headers"][1]["value"] = str(len(text))
    return made


def value_of(value, text):
    """A value of the data with its placeholders replaced."""
    deflate = zlib.compress(text.encode())
    forms = {"@body": text, "@null": None, "@base64": text.encode(), "@gzip64": gzip.compress(text.encode())}
    asked = entry()["request"]["postData"]["text"]
    forms |= {"@asked-with-token": f'{asked[:-1]}, "access_token": "0a1b2c3d4e5f60718293"}}'}
    forms |= {"@deflate64": deflate, "@raw64": bytes([0x8B, 0xFF]) + deflate}
    if isinstance(value, dict):
        return {key: value_of(each, text) for key, each in value.items()}
    found = forms.get(value, value) if isinstance(value, str) else value
    return base64.b64encode(found).decode() if isinstance(found, bytes) else found


def changed(change, *, right):
    """An entry with the changes of a shape."""
    made = plain(right=right)
    for side, headers in change.get("header", {}).items():
        kept = [each for each in made[side]["headers"] if headers.get(each["name"]) is None]
        added = [{"name": name, "value": value} for name, value in headers.items() if value is not False]
        made[side]["headers"] = kept + added
    for place, value in change.get("set", {}).items():
        node, last = within(made, place)
        node[last] = value_of(copy.deepcopy(value), body(right=right))
    for place in change.get("drop", ()):
        node, last = within(made, place)
        del node[last]
    return made


def within(made, place):
    """The object that holds a place, and the last name of it."""
    *way, last = place.split(".")
    for name in way:
        made = made[name]
    return made, last


def written(shape, folder, *, right):
    """The file, or folder, of a shape."""
    entries = [changed(shape, right=right), *(changed(each, right=True) for each in shape.get("also", ()))]
    way, file = shape.get("file", "plain"), folder / "recording.har"
    if way in {"zip", "attach"}:
        text = entries[0]["response"]["content"].pop("text")
        entries[0]["response"]["content"]["_file"] = "5ca1ab1e.json"
    if way == "number":
        entries.append(5)
    made = json.dumps(log(*entries) if way != "bare" else log(*entries)["log"], ensure_ascii=False)
    if way == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("har.har", made)
            archive.writestr("5ca1ab1e.json", text)
        file.write_bytes(packed.getvalue())
    elif way == "attach":
        (folder / "5ca1ab1e.json").write_text(text, "utf-8")
        file.write_text(made, "utf-8")
    elif way == "folder":
        (folder / "one.har").write_text(made, "utf-8")
        (folder / "two.har").write_text(made, "utf-8")
        return folder
    else:
        codings = {"bom": "utf-8-sig", "gzip": "utf-8", "cut": "utf-8"}
        data = made.encode(way if way.startswith("utf") else codings.get(way, "utf-8"))
        file.write_bytes(gzip.compress(data) if way == "gzip" else data[:-200] if way == "cut" else data)
    return file


def judged(file, given=(GIVEN,)):
    """What is found in a file, and what was read of it."""
    endpoint = discover()["allocate_order"]
    known = endpoint.definition
    with closing(Store()) as store:
        found = read(file, store, SoughtCall(known.prefix, known.read_prefix, known.shows))
        orders = found.orders_seen.completing(given)
        target = Target("recording", found.base, {}, orders, may_allocate=True, may_stress=False)
        recording = Recording(
            endpoint, list(orders), knows_all=False, store=store, target=target, transport=Sent(store.exchanges)
        )
        recording.settle()
        clauses = judge_all(recording).clauses
        return {name for name, said in clauses.items() if said.groups}, found, store.exchanges, recording.errors


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_a_correct_call_is_judged_right_in_this_shape(shape, tmp_path):
    finds, found, calls, errors = judged(written(shape, tmp_path, right=True))

    assert errors == []
    assert finds == set()
    assert calls == shape.get("calls", 1)
    assert sorted(found.lacks) == sorted(shape.get("unknown", []))
    assert sorted(found.skipped) == sorted(shape.get("skipped", []))
    assert found.unreadable == shape.get("unreadable", 0)


@pytest.mark.parametrize("shape", SHAPES, ids=NAMES)
def test_a_quantity_in_a_string_is_found_if_this_shape_holds_the_body(shape, tmp_path):
    finds, _, _, errors = judged(written(shape, tmp_path, right=False))

    assert errors == []
    assert (STRING in finds) is shape.get("found", True)
    assert finds <= {STRING, "openapi.body"}


def test_there_are_shapes_of_many_producers():
    assert len(SHAPES) >= 60
    assert len({shape["producer"] for shape in SHAPES}) >= 15
    assert len(set(NAMES)) == len(NAMES)
