"""The step that adds calls to the counted blocks. A changed call invalidates its block, and the one
seven days earlier, whose callers may have called again.
"""

BLOCK_MS = 30 * 86_400_000
WEEK_MS = 7 * 86_400_000


def _gone(row: str) -> str:
    return (
        f"delete from report_block where block in "
        f"({row}.offered_at / {BLOCK_MS}, ({row}.offered_at - {WEEK_MS}) / {BLOCK_MS});"
    )


CALL_BLOCKS = (
    # Blocks counted before have no calls.
    "delete from report_block",
    f"create trigger block_call_new after insert on call begin {_gone('new')} end",
    f"create trigger block_call_old after delete on call begin {_gone('old')} end",
    f"""create trigger block_call_changed after update on call begin
        {_gone("old")} {_gone("new")} end""",
)
"""A step of `steps.py`."""
