"""The verbs of CONTRACT.md: parse, call the same services as the window, print."""

from console.cli.main import run

__all__ = ["run"]
