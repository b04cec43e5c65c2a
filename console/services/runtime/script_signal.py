"""The word that a script waits for (CONTRACT.md): `ready`, `standby`."""

import os
import sys


def signal_script(word: str) -> None:
    """Print it for whoever started this. That nobody reads, or a full disk, ends no gateway and no
    window.
    """
    try:
        print(word, flush=True)  # noqa: T201
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
