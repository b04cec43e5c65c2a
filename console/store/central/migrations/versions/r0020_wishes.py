"""Privacy wishes name a citizen, like events that record a reporter: no login may select them, and
no agency's feed has them. Seats of the switchboard get them by the stream.
"""

from alembic import op

revision = "0020"
down_revision = "0019"

_HIDDEN = r"""
create or replace function hotline.hidden_kind(p_kind text) returns boolean
language sql immutable
return p_kind in ('reporter_recorded', 'message_queued', 'message_delivered',
    'wish_received', 'wish_answered', 'wish_extended', 'wish_done', 'wish_refused');
comment on function hotline.hidden_kind(text) is
    'kinds that name the reporter, quote a message to one, or tell of his wish about his own data: '
    'never in an agency''s feed, never to be selected';
"""


def upgrade() -> None:
    """Take the step."""
    op.execute(_HIDDEN.replace(":", r"\:"))
