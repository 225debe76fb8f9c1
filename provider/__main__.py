"""`serve`: the provider as a sandbox to point things at."""

from __future__ import annotations

import shlex
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from provider.calls import DEFAULT

if TYPE_CHECKING:  # the command line starts without the server
    from provider.server import Server, Settings


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1 (default: a free one).")
@click.option("--token", envvar="TIMP_TOKEN", help="The supplier's token (default: TIMP_TOKEN, or a new one).")
@click.option(
    "--orders-out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("orders.toml"),
    show_default=True,
    help="Where the manifest of the test orders is written.",
)
@click.option(
    "--orders", "count", type=click.IntRange(1, 10_000), default=24, show_default=True, help="How many orders."
)
@click.option("--endpoint", default=DEFAULT, show_default=True, metavar="NAME", help="The call it answers.")
@click.option("--reading", multiple=True, metavar="CLAUSE=NAME", help="How it reads a question of the page.")
@click.option("--fault", multiple=True, metavar="NAME", help="A deviation from the page.")
@click.option(
    "--latency", type=click.FloatRange(0, 60_000), default=0.0, metavar="MS", help="Milliseconds before each answer."
)
@click.option("--database", default=":memory:", show_default=True, help="The SQLite file.")
@click.option("--access-log", type=click.Path(dir_okay=False, path_type=Path), help="A line for each request.")
def serve(**options: Any) -> None:
    """Start the reference provider and keep it answering until Ctrl-C."""
    from provider import server  # noqa: PLC0415 - the help is shown without it

    try:
        settings = _settings(options)
        with server.running(settings) as running:
            running.write_orders(options["orders_out"])
            _introduce(running, options["orders_out"], given=bool(options["token"]))
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped")
    except ValueError as error:
        raise CannotServeError(str(error)) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise CannotServeError(f"{place}{error.strerror or error}") from None
    except sqlite3.Error as error:
        raise CannotServeError(f"database {options['database']}: {error}") from None


class CannotServeError(click.ClickException):
    """The provider cannot be started as asked."""

    exit_code = 4


def _settings(options: dict[str, Any]) -> Settings:
    from provider import server  # noqa: PLC0415
    from provider.orders import default_orders  # noqa: PLC0415

    token = {"token": options["token"]} if options["token"] else {}
    return server.Settings(
        readings=dict(_pair(text) for text in options["reading"]),
        faults=options["fault"],
        orders=default_orders(options["count"]),
        latency=options["latency"] / 1000,
        database=options["database"],
        port=options["port"],
        access_log=options["access_log"],
        endpoint=options["endpoint"],
        **token,
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--reading {text}: write it as CLAUSE=NAME")
    return key, value


def _introduce(running: Server, orders: Path, *, given: bool) -> None:
    """Say what to do next. A token that was given is not repeated."""
    settings = running.settings
    named = [] if settings.endpoint == DEFAULT else ["--endpoint", settings.endpoint]
    words = [*named, "--base-url", running.base_url, "--orders", str(orders), "--may-allocate", "--may-stress"]
    command = f"{click.get_current_context().find_root().info_name} {shlex.join(words)}"
    own = "# TIMP_TOKEN: the token you gave" if given else f"export TIMP_TOKEN={settings.token}"
    click.echo(f"The reference provider answers at {running.base_url}; Ctrl-C ends it.")
    click.echo(f"It has {len(running.orders)} test orders: {orders}")
    click.echo("In another shell:")
    click.echo(f"  {own}")
    click.echo(f"  export TIMP_RETAILER_TOKEN={settings.retailer_token}")
    click.echo(f"  export TIMP_UNPERMITTED_TOKEN={settings.unpermitted_token}")
    click.echo(f"  {command}")


if __name__ == "__main__":
    serve()
