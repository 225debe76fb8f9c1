"""The second provider as an application of Flask, and the server that runs it."""

import json
import traceback

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.selftest.second.shop import Problem


def application(shop):
    """The shop as a Flask application."""
    app = Flask("second")
    verbs = ["PUT", "PATCH"] if "takes-patch-too" in shop.faults else ["PUT"]

    def call(method):
        def view(order_uuid):
            try:
                return method(order_uuid)
            except Problem as problem:
                if "shows-what-it-was-sent" in shop.faults:
                    return Response(b"<p>Bad: " + request.get_data() + b"</p>", problem.status, problem.headers)
                return {"errors": [list(error) for error in problem.errors]}, problem.status, problem.headers
            except KeyError:
                text = traceback.format_exc() if "shows-tracebacks" in shop.faults else "Internal Server Error"
                return Response(text, 500, mimetype="text/plain")

        return view

    app.add_url_rule("/timp/orders/allocation/<order_uuid>/", "allocate", call(shop.allocate), methods=verbs)
    app.add_url_rule("/timp/orders/<order_uuid>/", "detail", call(shop.detail), methods=["GET"])

    @app.errorhandler(HTTPException)
    def failed(error):
        if "leaves-errors-to-the-framework" in shop.faults:
            return error
        answer = error.get_response()
        if answer.status_code >= 400:
            answer.data, answer.mimetype = json.dumps({"errors": [["", error.name]]}), "application/json"
        if "writes-its-own-405" in shop.faults:
            answer.headers.pop("Allow", None)
        return answer

    return app


class Handler(WSGIRequestHandler):
    """Keeps connections, and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, kind, message, *arguments):
        """Say nothing."""


def serve(shop):
    """A server on a free port of this machine, not started yet."""
    return make_server("127.0.0.1", 0, application(shop), threaded=True, request_handler=Handler)
