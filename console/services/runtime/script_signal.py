"""The word on standard output that a script waits for: `ready`, `standby`."""

import os
import sys


def signal_script(word: str) -> None:
    """Print the word for whoever started this process.

    A closed pipe or a full disk must not end a gateway or a window.
    """
    try:
        print(word, flush=True)  # noqa: T201
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
