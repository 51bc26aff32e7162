"""A review without options is read without argparse, and as argparse reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_server.app.options import make_parser
from maestro_server.app.plain import read_plain


@given(st.lists(st.text(max_size=8).filter(lambda path: not path.startswith("-")), min_size=1, max_size=4))
def test_plain_paths_are_read_as_argparse_reads_them(paths: list[str]) -> None:
    plain = read_plain(["review", *paths])
    assert plain is not None
    assert vars(plain) == vars(make_parser().parse_args(["review", *paths]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["review"],
        ["review", "--help"],
        ["review", ".", "--format", "json"],
        ["review", "--", "-file.py"],
        ["rules", "ASY101"],
        ["serve"],
        ["--version"],
    ],
)
def test_whatever_has_more_to_it_is_left_to_argparse(arguments: list[str]) -> None:
    assert read_plain(arguments) is None


@pytest.mark.parametrize("command", ["serve", "search", "review", "map", "scaffold", "token"])
def test_a_parser_for_one_command_shows_the_help_of_all(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    for parser in (make_parser(), make_parser(command)):
        with pytest.raises(SystemExit, match="0"):
            parser.parse_args([command, "--help"])
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]


def test_help_is_as_wide_as_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    longest = []
    for width in ("80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        with pytest.raises(SystemExit, match="0"):
            make_parser().parse_args(["review", "--help"])
        longest.append(max(map(len, capsys.readouterr().out.splitlines())))
    assert longest[0] <= 80 < longest[1] <= 200
