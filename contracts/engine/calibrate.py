"""What a run finds out first: a request this target accepts, whether orders can be read back, and changed again."""

from __future__ import annotations

from dataclasses import replace

from contracts.endpoint.plan import Kit, Need
from contracts.engine.orders import ExhaustedError
from contracts.engine.profile import Profile
from contracts.engine.run import NothingAcceptedError, Run
from contracts.judging.attempts import NOT_ALLOWED, NOT_FOUND, UNAUTHENTICATED, Sign, may_be_sent_again, sign
from contracts.judging.cases import NOT_READ
from contracts.judging.failures import Failure, error_text, failure
from contracts.model.case import Case, Role
from contracts.model.exchange import Exchange, Order, Request
from contracts.transport.limits import TargetLostError

ORDERS = 5
"""On how many orders an accepted request is looked for."""

REQUESTS = 20
"""How many requests are answered 404 at most before the target is taken for another API."""

SHOWN = 200
"""Characters of an answer that are shown."""


def calibrate(run: Run) -> Profile:
    """Return how the target of a run is spoken to, and how its orders may be used. The cases are kept in the run.

    Raises TargetLostError and NothingAcceptedError.
    """
    used: list[Order] = []

    def lease() -> Order:
        """An order that has not been changed, as far as there is one."""
        try:
            order = run.stock.fresh(Need())
        except ExhaustedError:
            order = run.stock.orders[0]
        run.stock.spend(order)
        used.append(order)
        return order

    first: list[Exchange] = []
    sent = 0
    while True:
        begun = len(used)
        found = run.endpoint.definition.calibrate(run.transport.send, lease, run.kit)
        tried = [exchange for case in found.cases for exchange in case.all()]
        first = first or tried
        for case in found.cases:
            run.keep(case if found.dialect is not None else _unexplained(case))
        if found.dialect is not None:
            break
        sent += len(tried)
        missing = all(exchange.status == NOT_FOUND for exchange in tried) and sent + len(tried) > REQUESTS
        if missing or len(used) == min(ORDERS, len(run.stock.orders)) or not _is_refused(tried):
            raise _nothing(run.target.base_url, first)
    understood = next((e for e in tried if e.accepted), tried[-1])
    run.transport.ask_with(_without_effect(run, understood))
    if not run.may_change:
        _check_is_this_api(run, understood)
        return Profile(found.dialect, NOT_READ, again=True)
    accepted = [exchange for exchange in tried if exchange.accepted]
    unread = _unread(run, used, accepted[-1])
    again = _takes_another(run, replace(run.kit, dialect=found.dialect), used[begun], accepted[0])
    return Profile(found.dialect, unread, again)


def _check_is_this_api(run: Run, understood: Exchange) -> None:
    """Raise NothingAcceptedError if the call, the call without a token, and GET are all answered alike.

    Where no order may be named that exists, a place without this API answers much as this API does.
    """
    request = understood.request
    without_token, read = map(run.transport.send, (replace(request, credential="absent"), Request("GET", request.path)))
    alike = _essence(understood) == _essence(without_token)
    if alike and understood.refused and (understood.status == NOT_ALLOWED or _essence(read) == _essence(understood)):
        what = f"shows nothing of this API: {understood.status} to the call, with a token and without"
        fix = "check the path of the base URL"
        raise NothingAcceptedError(f"{run.target.base_url} {what}{_answered(understood)}; {fix}")


def _essence(exchange: Exchange) -> Failure:
    """Return what tells an answer from that to another request: its code, and its text without values and the verb."""
    kind = failure(exchange)
    return kind._replace(text=kind.text.replace(exchange.request.method, ""))


def _unread(run: Run, used: list[Order], accepted: Exchange) -> str:
    """Read the order that was changed last; return why it does not show that, or an empty text if it does."""
    read = run.read(next(order for order in reversed(used) if order.uuid in accepted.request.path))
    if read is None:
        return NOT_READ
    unread = run.endpoint.definition.unreadable(accepted, read)
    if not unread:
        run.transport.ask_with(read.request)  # it changes nothing, unlike the request of the call
    return unread


def _without_effect(run: Run, understood: Exchange) -> Request:
    """Return a request that was understood, for no order at all if it would be carried out a second time."""
    if may_be_sent_again(understood):
        return understood.request
    return replace(understood.request, path=f"{run.endpoint.definition.prefix}{run.kit.invented('probe')}/")


def _unexplained(case: Case) -> Case:
    """A case that is not judged: it may be for the order that its requests were refused."""
    return replace(case, steps=tuple((Role.TRIED, exchange) for _, exchange in case.steps))


def _is_refused(tried: list[Exchange]) -> bool:
    """Return whether it may be for the order that nothing was accepted: it may have been changed long ago."""
    return any(exchange.refused and exchange.status != 401 for exchange in tried)


def _nothing(base_url: str, tried: list[Exchange]) -> Exception:
    """Return why nothing was accepted: the target is down, refuses the token, is another API, or refuses all forms."""
    first = tried[0]
    if all(sign(exchange) is Sign.BROKEN for exchange in tried):
        what = f"is down: {first.status} to everything" if first.response else f"does not answer: {first.trouble}"
        return TargetLostError(f"{base_url} {what}{_answered(first) if first.response else ''}")
    statuses = sorted({exchange.status for exchange in tried if exchange.status is not None})
    if statuses == [UNAUTHENTICATED]:
        challenge = first.response.header("WWW-Authenticate") if first.response else None
        asks = f"; it asks for {challenge}" if challenge else ""
        fix = "check the value of the variable that token_env names"
        return TargetLostError(f"{base_url} refuses the token: 401 to every request{asks}; {fix}")
    codes = ", ".join(map(str, statuses))
    if all(
        exchange.accepted or 300 <= (exchange.status or 0) < 400 or exchange.status == NOT_FOUND for exchange in tried
    ):
        what = "is not this API" + (", or does not know the test orders" if codes == "404" else "")
        return NothingAcceptedError(f"{base_url} {what}: {codes} to everything{_answered(first)}")
    return NothingAcceptedError(
        f"no request was accepted on the test orders, the first of them {first.request.path}: {len(tried)} forms were "
        f"tried, answered {codes}; the first{_answered(first)}"
    )


def _answered(exchange: Exchange) -> str:
    """Return what an answer says, in one line: by whom, where it leads, and the beginning of its text."""
    response = exchange.response
    if response is None:
        return ""
    named = [f"{name}: {value}" for name in ("Server", "Location") if (value := response.header(name))]
    text = error_text(response.body.decode("utf-8", "replace"))[:SHOWN]
    return f" ({', '.join(named)})" * bool(named) + f", with: {text}" * bool(text)


def _takes_another(run: Run, kit: Kit, order: Order, accepted: Exchange) -> bool:
    """Return whether an order that was changed can be changed again.

    A refusal counts only if the same change is accepted on an order that has none. What is declared counts more.
    """
    another = run.endpoint.definition.another
    if another is None:
        return True
    second = run.transport.send(another(accepted.request, order, kit))
    run.keep(Case("calibration/changed again", ((Role.CHANGE, accepted), (Role.AGAIN, second)), "calibration"))
    if run.target.reusable_orders is not None or not second.refused:
        return run.target.reusable_orders is not False
    try:
        fresh = run.stock.fresh(Need())
    except ExhaustedError:
        return False
    plain = run.endpoint.definition.bases["plain"](fresh, kit)
    first = run.transport.send(another(plain, fresh, kit)) if plain else None
    if first is None or not first.accepted:
        return True
    run.stock.spend(fresh)
    return False
