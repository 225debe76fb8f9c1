"""The life of a server of the tests on a free port of this machine."""

import threading
from http.server import ThreadingHTTPServer


class Serving:
    """Serves with a handler from the beginning of a `with` to its end; `server` may be given TLS before it begins.

    `kind` is the class of the server, if it is not one of HTTP.
    """

    def __init__(self, handler, kind=ThreadingHTTPServer):
        self.server = kind(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
