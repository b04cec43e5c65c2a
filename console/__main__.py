"""`python -m console` and the `console1022` command."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.version_info < (3, 12):  # noqa: UP036 - started by hand with an older one
        sys.stderr.write("Cần Python 3.12 trở lên; hãy dùng /usr/bin/python3 của hệ thống.\n")
        raise SystemExit(3)
    try:
        from console.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl+C while it is still loading, or already leaving
        code = 130
    raise SystemExit(code)


if __name__ == "__main__":
    main()
