"""A withdrawn forwarding names its agency only in `seen`. For other agencies that name is now
replaced by the pseudonym: before, they could read it, and at their seats the withdrawal had no
effect, because there the agency has another name.
"""

from alembic import op

revision = "0016"
down_revision = "0015"

_IS_OTHERS = r"""
create or replace function hotline.is_others(
    p_kind text, p_agency text, p_body jsonb, p_mine text) returns boolean
language sql immutable
return coalesce(coalesce(p_body ->> 'agency', p_agency) <> p_mine, false)
    or (p_kind = 'step_taken_back' and (jsonb_path_exists(p_body,
            '$.before.assignments[*] ? (@.agency != $mine)', jsonb_build_object('mine', p_mine))
        or coalesce(replace(p_body ->> 'seen', ' ' || p_mine || ':', ' ')
            ~ ' [^ ]*:[^ ]*:', false)));
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(_IS_OTHERS.replace(":", r"\:"))
