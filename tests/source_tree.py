"""The program's source files, parsed once for all tests that read them."""

import ast
import gc
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def sources(folder: str = "console") -> tuple[tuple[Path, ast.Module], ...]:
    """Every Python file below a folder of the project, with its syntax tree."""
    gc.disable()
    try:
        found = tuple(
            (file, ast.parse(file.read_text("utf-8")))
            for file in sorted((ROOT / folder).rglob("*.py"))
        )
    finally:
        gc.freeze()  # else every later collection goes through a million nodes
        gc.enable()
    return found
