"""The suite as pytest runs it: options, fixtures, and the report at the end of the session.

Everything heavy is imported where it is needed: this module is loaded by every pytest run of the project.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from contracts import CONFORMANCE, is_conformance
from contracts.commands import option_table, options
from contracts.model.exits import ExitCode
from contracts.reports.words import printed
from contracts.target.targets import UsageError

if TYPE_CHECKING:
    from contracts.engine.run import Run
    from contracts.generation.properties import Generated, Property
    from contracts.model.exchange import Request
    from contracts.model.report import Report, Verdict


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run; `timp-conformance run` passes the same ones on."""
    option_table.of_pytest(parser)


def pytest_load_initial_conftests(parser: pytest.Parser, args: list[str]) -> None:
    """Refuse an option that neither pytest nor the suite has, and a test that does not exist."""
    options.check_words(*parser.parse_known_and_unknown_args(args))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Refuse to distribute conformance items, and keep what `--alluredir` asks for."""
    options.check_one_process(config)
    if config.inipath == CONFORMANCE / "pytest.toml":
        options.take_allure_results(config)
        options.check_definitions(config)


class Conformance:
    """One session against one target: begun by the first item that needs it, reported at the end."""

    def __init__(self, config: pytest.Config) -> None:
        """Open the target; nothing is sent yet. Raises UsageError."""
        from contracts.engine import session  # noqa: PLC0415

        self.config = config
        self.options = session.Options(
            choice=options.asked(config),
            reports=Path(config.getoption("--reports-dir")),
            seed=config.getoption("--seed"),
            pedantic=config.getoption("--pedantic"),
            endpoint=config.getoption("--endpoint"),
        )
        with ExitStack() as stack:
            self._target = stack.enter_context(session.prepared(self.options))
            if not config.getoption("--plan"):
                session.check_folder(self.options.reports)
            self._stack = stack.pop_all()
        self._run: Run | None = None
        self._report: Report | None = None

    def begin(self) -> Run:
        """The run, with its planned cases sent."""
        from contracts.engine import progress, session  # noqa: PLC0415

        if self._run is None:
            implied = [options.IMPLIED] if self.options.choice.implied else []
            self.say(*implied, self._target.described, *self._target.warnings)
            capture = self.config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled() if capture else nullcontext(), progress.shown() as shown:
                self._run = self._stack.enter_context(session.begun(self._target, self.options, shown))
                session.send(self._run)
        return self._run

    def say(self, *lines: str) -> None:
        """Print lines immediately, whatever pytest captures."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            print(*map(printed, lines), sep="\n", flush=True)  # noqa: T201

    def conclude(self, *, complete: bool = True) -> Report:
        """The frozen report."""
        from contracts.engine import session  # noqa: PLC0415

        if self._report is None:
            self._report = session.conclude(self.begin(), self.options, complete=complete)
        return self._report

    def finish(self, *, complete: bool) -> int:
        """Write the reports and return the exit code: 3 if the suite itself failed, also in writing one of them."""
        from contracts import reports as render  # noqa: PLC0415

        report = self.conclude(complete=complete)
        late = self._errors_since(report)
        report = report.with_errors(late) if late else report
        self._report = render.write_all(report, self.options.reports, options.allure_results(self.config))
        return self._report.exit_code

    def _errors_since(self, report: Report) -> list[str]:
        """What failed in the suite after the report was frozen, such as an item that looks a verdict up."""
        return [error for error in self.begin().errors if error not in report.errors]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """With `--plan`, print what would be sent and run nothing."""
        if not self.config.getoption("--plan"):
            return None
        from contracts.endpoint.discovery import discover  # noqa: PLC0415
        from contracts.engine.outline import described, listed, outline  # noqa: PLC0415

        endpoint = discover()[self.options.endpoint]
        planned = outline(endpoint, self._target, seed=self.options.seed)
        properties = sum(is_property(item) for item in session.items)
        generated = properties * self.config.getoption("--examples")
        self.say(*described(planned, endpoint, self._target, generated=generated))
        if self.config.getoption("--details"):
            self.say(*listed(planned, endpoint))
        return True

    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        """Trouble in the suite is an error of the suite, never a verdict."""
        from contracts.transport.limits import CeilingReachedError, TargetLostError  # noqa: PLC0415

        error = call.excinfo.value if call.excinfo else None
        if self._run is None or call.excinfo is None or error is None or is_statement(call.excinfo):
            return
        if isinstance(error, TargetLostError | CeilingReachedError | UsageError):
            self._run.stop(error)
        else:
            self._run.trouble(node.nodeid, error)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """The exit code is the gate's, whatever single items did; without a run, items that failed are the suite's."""
        if self._run is None and session.testsfailed:
            session.exitstatus = ExitCode.SUITE_FAILED
        if self._run is not None:
            session.exitstatus = self.finish(complete=exitstatus != pytest.ExitCode.INTERRUPTED)

    @property
    def has_result(self) -> bool:
        """Return whether the run was reported, or only planned as asked."""
        return self._report is not None or self.config.getoption("--plan")

    def pytest_unconfigure(self) -> None:
        """Close the journal, the connections, and the embedded provider."""
        self._stack.close()

    def pytest_terminal_summary(self) -> None:
        """The ending: what diverges, which readings were found, where the reports lie."""
        if self._report is not None:
            from rich.console import Console  # noqa: PLC0415

            from contracts.reports import github, terminal  # noqa: PLC0415

            terminal.ending(self._report, Console(), self.options.reports, details=self.config.getoption("--details"))
            github.announce(self._report, os.environ)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No letter for each item where little is wanted: the ending says it all."""
        quiet = self.config.get_verbosity() < -1
        return (report.outcome if report.when == "call" or not report.passed else "", "", "") if quiet else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What pytest prints of a conformance item may hold what the target or a database of examples sent."""
    report = yield
    if is_conformance(item.path):
        if report.longrepr is not None and not isinstance(report.longrepr, tuple):
            report.longrepr = printed(str(report.longrepr))
        report.sections = [(printed(name), printed(text)) for name, text in report.sections]
    return report


def is_statement(raised: pytest.ExceptionInfo[BaseException]) -> bool:
    """Return True if what a conformance item states is false, which is not trouble in the suite."""
    stated = isinstance(raised.value, AssertionError) and is_conformance(Path(raised.traceback[-1].path))
    return stated or isinstance(raised.value, pytest.fail.Exception)


def is_property(item: pytest.Item) -> bool:
    """Return whether an item sends generated requests."""
    return is_conformance(item.path) and item.path.name != "test_clauses.py"


@pytest.hookimpl(tryfirst=True)  # before Hypothesis, which writes to its own folder in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give conformance items one seed, run the verdicts last, and leave out the properties of other endpoints."""
    others = [item for item in items if is_conformance(item.path) and not _is_of(item, config.getoption("--endpoint"))]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    mine = [item for item in items if is_conformance(item.path)]
    if not mine or config.option.collectonly:
        return
    others = [item for item in items if item not in mine]
    items[:] = others + sorted(mine, key=lambda item: not is_property(item))
    from contracts.generation.messages import Messages  # noqa: PLC0415
    from contracts.generation.properties import Items  # noqa: PLC0415
    from contracts.generation.settings import database_at, generate  # noqa: PLC0415

    try:
        options.check_values(config)
        database = database_at(config.getoption("--database"))
        # Its default is a folder in the working directory, where nothing but reports may be written.
        home = TemporaryDirectory(prefix="timp-conformance-")
        config.add_cleanup(home.cleanup)
        seed, examples = config.getoption("--seed"), config.getoption("--examples")
        generate(mine, seed, examples, database, Path(home.name))
        config.pluginmanager.register(Conformance(config), "conformance")
        config.pluginmanager.register(Messages())
        config.pluginmanager.register(Items())
    except UsageError as error:
        raise pytest.UsageError(printed(str(error))) from None


def _is_of(item: pytest.Item, endpoint: str) -> bool:
    """Return whether an item is for an endpoint: its module names another one in ENDPOINT if it is not."""
    module = item.getparent(pytest.Module)
    return getattr(module and module.obj, "ENDPOINT", endpoint) == endpoint


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for each clause."""
    if "clause_id" in metafunc.fixturenames:
        ids = list(options.endpoint_of(metafunc.config.getoption("--endpoint")).catalogue.clauses)
        metafunc.parametrize("clause_id", ids, ids=ids)


def _conformance(config: pytest.Config) -> Conformance:
    found = config.pluginmanager.getplugin("conformance")
    assert isinstance(found, Conformance)  # noqa: S101 - a fixture of conformance items alone
    return found


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Run:
    """The run, calibrated, with its planned cases sent. Without a target a property has nothing to show."""
    begun = _conformance(pytestconfig).begin()
    if begun.stopped:
        pytest.skip(begun.stopped[1])
    return begun


@pytest.fixture
def answers(run: Run, pytestconfig: pytest.Config) -> Property:
    """Sends changes of an accepted request, and returns what the target answers."""
    from contracts.generation.properties import Property  # noqa: PLC0415

    if not run.may_change:
        pytest.skip("without permission to change orders there is no accepted request to vary")
    return Property(run, pytestconfig.getoption("--examples"))


@pytest.fixture(scope="session")
def seen() -> set[Request]:
    """The requests that Schemathesis made up so far."""
    return set()


@pytest.fixture
def generated(run: Run, seen: set[Request]) -> Iterator[Generated]:
    """Sends requests that Schemathesis makes up, and holds each answer against what a test expects."""
    from contracts.generation.properties import Generated  # noqa: PLC0415

    with ThreadPoolExecutor(1) as executor:  # however the item ends, nothing of it is sent afterwards
        yield Generated(run, seen, executor)


@pytest.fixture(scope="session")
def verdicts(pytestconfig: pytest.Config) -> dict[str, Verdict]:
    """The verdicts by clause id."""
    return {verdict.clause.id: verdict for verdict in _conformance(pytestconfig).conclude().verdicts}
