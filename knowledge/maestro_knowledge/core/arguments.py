"""A parser of command lines that is made in little time."""

import argparse
from typing import Any

_ANY_WIDTH = 80


class _Unmeasured(argparse.HelpFormatter):
    """A formatter that asks nobody how wide the terminal is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_ANY_WIDTH)


class QuickParser(argparse.ArgumentParser):
    """A parser that looks at the terminal only when it shows something.

    argparse makes a formatter for every option that is added, and each asks for the terminal's width, by way
    of a module that takes longer to import than all options take to be made.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Unmeasured, **options)

    def format_help(self) -> str:
        """The help, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_help()

    def format_usage(self) -> str:
        """The usage, as wide as the terminal."""
        self.formatter_class = argparse.HelpFormatter
        return super().format_usage()
