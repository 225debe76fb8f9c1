"""The life of a server of the tests on a free port of this machine."""

import threading
from http.server import ThreadingHTTPServer


class Serving:
    """Serves with a handler from the beginning of a `with` to its end; `server` may be given TLS before it begins."""

    def __init__(self, handler):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
