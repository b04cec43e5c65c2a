"""Where the packaged program starts: the `console1022` command, and the children that it starts.

The program starts its children as `python -m MODULE`. In the package the program is its own
interpreter, so this does what Python would do with `-m`, for modules of the program only.
"""

import multiprocessing
import os
import runpy
import sys


def main() -> None:
    """Run a module of the program where one is named, else the command line."""
    # pg_dump and the like must find the system's libraries, not ours.
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    multiprocessing.freeze_support()
    if sys.argv[1:2] == ["-m"] and sys.argv[2:] and sys.argv[2].startswith("console."):
        del sys.argv[1]
        module = sys.argv.pop(1)
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    from console.__main__ import main as command

    command()


if __name__ == "__main__":
    main()
