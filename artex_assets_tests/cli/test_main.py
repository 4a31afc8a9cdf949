"""The entry point: whatever happens, it ends with a sentence and a status that means something."""

import signal
from collections.abc import Iterator

import click
import pytest

from artex_assets.cli import main
from artex_assets.errors import ServiceError

CANARY = "canary-8d02"


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def ending(monkeypatch: pytest.MonkeyPatch, what: object) -> object:
    """The exit status of a command that returns or raises `what`."""

    @click.command()
    def command() -> object:
        if isinstance(what, BaseException):
            raise what
        return what

    monkeypatch.setattr(main, "artex", command)
    monkeypatch.setattr("sys.argv", ["artex"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    return ended.value.code


@pytest.mark.parametrize("status", [0, 1, 2])
def test_a_command_s_status_is_the_process_s(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    assert ending(monkeypatch, status) == status


def test_a_foreseen_error_is_its_sentence_and_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = ServiceError("It did not start.", next_step="Start it.")
    assert ending(monkeypatch, error) == 1
    assert capsys.readouterr().err == "artex: It did not start. Start it.\n"


def test_an_unforeseen_error_shows_its_place_but_not_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending(monkeypatch, ValueError(CANARY)) == 1
    said = capsys.readouterr()
    assert "artex: an unforeseen ValueError." in said.err
    assert "raise what" in said.err
    assert CANARY not in said.err + said.out


def test_an_interruption_is_a_sentence_and_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ending(monkeypatch, KeyboardInterrupt()) == 1
    assert "artex: interrupted." in capsys.readouterr().err


def test_the_first_signal_interrupts_and_the_next_one_changes_nothing() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, main._interrupt)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)
