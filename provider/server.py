import json, threading, uuid, re, datetime, sqlite3
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer, BaseHTTPRequestHandler
@dataclass(frozen=True)
class LineItem: uuid: str; quantity_ordered: int
@dataclass(frozen=True)
class Order: uuid: str; line_items: tuple
@dataclass(frozen=True)
class Settings:
    readings: dict = field(default_factory=dict); faults: tuple = ()
    token: str = "tok-Abc123"; retailer_token: str = "ret-Abc123"; unpermitted_token: str = "unp-Abc123"
@dataclass
class Server: base_url: str; orders: tuple; settings: Settings
def orders():
    import random; r = random.Random(1); out = []
    for n in [1]*6+[2]*8+[3]*6+[5]*4:
        out.append(Order(str(uuid.UUID(int=r.getrandbits(128), version=4)), tuple(LineItem(str(uuid.UUID(int=r.getrandbits(128), version=4)), r.randint(4, 12)) for _ in range(n))))
    return tuple(out)
Q = ("quantity_accepted", "quantity_rejected", "quantity_backordered")
class Err(Exception):
    def __init__(s, code, msg, **h): s.code, s.msg, s.h = code, msg, h
def q(v):
    if isinstance(v, bool) or not isinstance(v, int): raise Err(400, "type")
    if v < 0: raise Err(400, "neg")
    if v >= 2**31: raise Err(422, "big")
    return v
class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"; wbufsize = -1; disable_nagle_algorithm = True
    def log_message(self, *a): pass
    def any(self):
        n = int(self.headers.get("content-length") or 0); body = self.rfile.read(n)
        h = {}
        try: code, out = self.go(body)
        except Err as e: code, out, h = e.code, {"error": e.msg}, e.h
        except RecursionError: code, out = 400, {"error": "deep"}
        data = json.dumps(out).encode()
        self.send_response(code); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(data)))
        for k, v in h.items(): self.send_header(k.replace("_", "-"), v)
        self.end_headers(); self.wfile.write(data); self.wfile.flush()
    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_OPTIONS = any
    def go(self, body):
        S = self.server.S; a = self.headers.get("Authorization") or ""
        m = re.fullmatch(r"token (\S+)", a, re.I)
        if not m: raise Err(401, "auth", WWW_Authenticate="Token")
        if m[1] == S.retailer_token: raise Err(409, "retailer")
        if m[1] == S.unpermitted_token: raise Err(403, "perm")
        if m[1] != S.token: raise Err(401, "auth", WWW_Authenticate="Token")
        from urllib.parse import unquote
        path = unquote(self.path.partition("?")[0])
        m = re.fullmatch(r"/timp/orders/([0-9a-fA-F-]{36})/", path)
        db = self.server.db
        if m and self.command == "GET" and m[1] in self.server.by:
            o = self.server.by[m[1]]
            return 200, {"line_items": [{"line_item_uuid": i.uuid, "status": "x", "allocation": db.get((o.uuid, i.uuid))} for i in o.line_items]}
        m = re.fullmatch(r"/timp/orders/allocation/([0-9a-fA-F-]{36})/", path)
        if not m: raise Err(404, "url")
        if self.command != "PUT": raise Err(405, "verb", Allow="PUT")
        ct = (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if ct != "application/json": raise Err(415, "ct")
        o = self.server.by.get(m[1].lower())
        if not o: raise Err(404, "order")
        try: d = json.loads(body.decode("utf-8"), parse_constant=lambda c: 1/0)
        except RecursionError: raise Err(400, "deep")
        except (ValueError, ZeroDivisionError): raise Err(400, "json")
        if not isinstance(d, dict): raise Err(400, "object")
        L = d.get("line_items")
        if not isinstance(L, list) or not L: raise Err(400, "lines")
        items = {i.uuid: i for i in o.line_items}; new = {}; out = []
        for l in L:
            if not isinstance(l, dict): raise Err(400, "line")
            u = l.get("line_item_uuid")
            if not isinstance(u, str): raise Err(400, "uuid")
            al = l.get("allocation")
            if not isinstance(al, dict): raise Err(400, "alloc")
            i = items.get(u.lower())
            if not i or u.lower() in new: raise Err(422, "foreign")
            for f in Q:
                if f not in al: raise Err(400, "missing")
            a_, r_, b_ = [q(al[f]) for f in Q]
            dt = None
            if "backorder_date" in al:
                t = al["backorder_date"]
                if not isinstance(t, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", t, re.A): raise Err(400, "date")
                try: dt = datetime.date.fromisoformat(t).isoformat()
                except ValueError: raise Err(422, "cal")
            s = a_ + r_ + b_
            if s == 0: raise Err(422, "zero")
            if s > i.quantity_ordered: raise Err(422, "sum")
            new[u.lower()] = {"quantity_ordered": i.quantity_ordered, "quantity_allocated": a_, "quantity_rejected": r_, "quantity_backordered": b_, "backorder_date": dt}
            out.append({"line_item_uuid": u.lower(), "quantity_shipped": 0, "supplier_provided_sku_cost": 13.98})
        with self.server.lock:
            for k, v in new.items(): db[o.uuid, k] = v
        return 200, {"line_items": out}
class T(ThreadingHTTPServer): daemon_threads = True
@contextmanager
def running(settings):
    s = T(("127.0.0.1", 0), H); s.S = settings; s.db = {}; s.lock = threading.Lock(); os_ = orders(); s.by = {o.uuid: o for o in os_}
    t = threading.Thread(target=s.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True); t.start()
    try: yield Server(f"http://127.0.0.1:{s.server_port}", os_, settings)
    finally: s.shutdown(); s.server_close()
