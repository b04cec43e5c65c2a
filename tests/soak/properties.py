"""Searches for examples that property tests have not tried: the checks use the same ones each time.

    python -m tests.soak.properties [RUNS] [--minutes N] [TESTS...]

Runs every test with Hypothesis examples (or those named) RUNS times (10) with new examples, and
prints each failure with the lines that reproduce it. Exits with 1 when one failed.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.soak.time_budget import Slice, add_minutes

_ROOT = Path(__file__).parents[2]
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def with_examples() -> list[str]:
    """The test files that draw examples and need no display."""
    folders = (_ROOT / "tests" / "unit", _ROOT / "tests" / "integration")
    files = sorted(file for folder in folders for file in folder.rglob("test_*.py"))
    return [str(file.relative_to(_ROOT)) for file in files if "@given(" in file.read_text("utf-8")]


def main() -> int:
    """Run them; report what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="?", type=int, default=10)
    parser.add_argument("tests", nargs="*")
    add_minutes(parser)
    asked = parser.parse_args()
    tests = asked.tests or with_examples()
    part = Slice(asked.minutes)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=600"]
    failed: dict[str, int] = {}
    done = 0
    while done < asked.runs and not part.over:
        ran = subprocess.run(
            [*command, *tests],
            cwd=_ROOT,
            env=os.environ | {"CONSOLE1022_TEST_PROPERTIES": "search"},
            capture_output=True,
            text=True,
            check=False,
        )
        done += 1
        if ran.returncode:
            # Also report what could not run: a file that does not load, a name that does not exist.
            for name in _FAILED.findall(ran.stdout) or [f"pytest ended with {ran.returncode}"]:
                failed[name] = failed.get(name, 0) + 1
            print(ran.stdout[-20_000:], ran.stderr[-2_000:], flush=True)
        print(part.words(done, asked.runs, "runs"), f"{len(failed)} tests failed", flush=True)
    for name, times in sorted(failed.items()):
        print(f"{times} of {done}: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
