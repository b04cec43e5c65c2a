"""What each recording must yield, written down by reading the recording, not from the program's
output.

One line an event: `kind call direction peer operator reason`, the call by the end of its linked id,
`-` for nothing, `?` after an uncertain one. `queue_changed` and `link` are checked elsewhere.
"""

ANSWERED = """
offered {c} in {n} - -
ringing {c} in {n} 101 -
answered {c} in {n} 101 -
recording {c} in {n} 101 on
"""
"""The same beginning in most recordings: the queue records from the connection on."""


def answered(call: str, number: str = "0903123456") -> str:
    return ANSWERED.format(c=call, n=number)


CALLS: dict[str, str] = {
    # The caller's `5` shows on both legs, once as Received, once as Sent: one digit. The caller
    # sent the first HangupRequest.
    "01_incoming_answered": answered("323.2")
    + "dtmf 323.2 in 0903123456 101 -\nended 323.2 in 0903123456 101 caller",
    "02_hold_unhold": answered("633.77")
    + """
    held 633.77 in 0903123456 101 -
    resumed 633.77 in 0903123456 101 -
    ended 633.77 in 0903123456 101 agent
    """,
    # `Unhold` without a Hold on REFER is no news (T28). 101 is free at once; the call goes on with
    # 102, whom the recording concerns from the answer on.
    "03_blind_transfer_refer": answered("344.6")
    + """
    transferred 344.6 in 0903123456 101 blind
    ended 344.6 in 0903123456 101 transfer
    ringing 344.6 in 0903123456 102 -
    answered 344.6 in 0903123456 102 -
    recording 344.6 in 0903123456 102 on
    ended 344.6 in 0903123456 102 agent
    """,
    # The wrong leg was named: the citizen is hung up and 101 is joined to 102. That is no transfer
    # of a citizen; a talk between colleagues follows under the same linked id.
    "03b_blind_transfer_ami": answered("350.9")
    + """
    ended 350.9 in 0903123456 101 transfer
    ringing 350.9 internal 101 102 -
    answered 350.9 internal 101 102 -
    recording 350.9 internal 101 102 on
    ended 350.9 internal 101 102 agent
    """,
    # The consultation has its own linked id; then 102's leg changes over (T31): 102 talks with the
    # citizen from the moment they share the bridge.
    "04_attended_transfer_refer": answered("362.15")
    + """
    held 362.15 in 0903123456 101 -
    offered 363.17 internal 101 102 -
    ringing 363.17 internal 101 102 -
    answered 363.17 internal 101 102 -
    resumed 362.15 in 0903123456 101 -
    answered 362.15 in 0903123456 102 -
    recording 362.15 in 0903123456 102 on
    transferred 362.15 in 0903123456 101 attended
    ended 362.15 in 0903123456 101 transfer
    ended 363.17 internal 101 102 transfer
    ended 362.15 in 0903123456 102 agent
    """,
    # Local/102@agents-00000000;1 and ;2 never show; `*`, `2`, `102` on the operator's leg are faked
    # by Atxfer (T33); the consultation runs under the citizen's own linked id.
    "04b_attended_transfer_ami": answered("370.19")
    + """
    held 370.19 in 0903123456 101 -
    ringing 370.19 in 0903123456 102 -
    answered 370.19 in 0903123456 102 -
    recording 370.19 in 0903123456 102 on
    transferred 370.19 in 0903123456 101 attended
    ended 370.19 in 0903123456 101 transfer
    ended 370.19 in 0903123456 102 agent
    """,
    # Two DialEnd CANCEL (T24); nothing else is reported of the phone that rang: the caller gave up.
    "05_abandon_ringing": """
    offered 393.29 in 0903123456 - -
    ringing 393.29 in 0903123456 101 -
    abandoned 393.29 in 0903123456 - -
    """,
    # The CDR calls this ANSWERED (trap 3).
    "05b_abandon_no_agents": """
    offered 399.31 in 0987654321 - -
    abandoned 399.31 in 0987654321 - -
    """,
    # Causes 0/127 and codes 487/500 mean nothing (T23).
    "05c_missed_direct_call": """
    offered 404.32 in 0903123456 101 -
    ringing 404.32 in 0903123456 101 -
    missed 404.32 in 0903123456 101 no_answer
    """,
    "06_agent_login_pause": "",
    # First the queue's 15 s pass (NOANSWER, then CANCEL), then 603, which DialEnd calls NOANSWER
    # too (T25), then the caller leaves. `missed` here is the operator's, the call goes on.
    "07b_ring_no_answer": """
    offered 432.37 in 0903123456 - -
    ringing 432.37 in 0903123456 101 -
    missed 432.37 in 0903123456 101 no_answer
    ringing 432.37 in 0903123456 101 -
    missed 432.37 in 0903123456 101 rejected
    ringing 432.37 in 0903123456 101 -
    abandoned 432.37 in 0903123456 - -
    """,
    # A second recording begins next to the queue's; Stop ends one of the two, so it still records.
    "08_recording": answered("458.41")
    + """
    recording 458.41 in 0903123456 101 on
    recording 458.41 in 0903123456 101 muted
    recording 458.41 in 0903123456 101 on
    recording 458.41 in 0903123456 101 on
    ended 458.41 in 0903123456 101 agent
    """,
    # The operator's `12#` and our `9` are not the caller's (T34).
    "09_dtmf": answered("465.43")
    + "dtmf 465.43 in 0903123456 101 -\nended 465.43 in 0903123456 101 caller",
    "10_reload": answered("475.45") + "ended 475.45 in 0903123456 101 caller",
    # Cut in mid-call: no end is known.
    "10b_disconnect_mid_call": answered("487.47"),
    # Begins in mid-call: found in the lists, uncertain; no list says whether it is recorded.
    "10c_reconnect_resync": """
    offered 487.47 in 0903123456 - - ?
    answered 487.47 in 0903123456 101 - ?
    recording 487.47 in 0903123456 101 unknown ?
    ended 487.47 in 0903123456 101 caller
    """,
    # Success of the Originate is the operator's (trap 4): answered only at the carrier's DialEnd.
    "11_click_to_call": """
    ringing 501.49 out 0903123456 101 -
    answered 501.49 out 0903123456 101 -
    ended 501.49 out 0903123456 101 agent
    """,
    # The agency's leg has its own linked id (519.58), which never shows as a call (T37).
    "12_conference": answered("517.54")
    + """
    conferenced 517.54 in 0903123456 102 -
    conferenced 517.54 in 0903123456 101 -
    ended 517.54 in 0903123456 101 agent
    ended 517.54 in 0903123456 102 agent
    """,
    # Three spies come and go, each with a linked id of its own: no calls (T38).
    "13_supervisor_spy": answered("528.59") + "ended 528.59 in 0903123456 101 agent",
    # Leave, then the UserEvent, no abandonment (T21).
    "15_callback_request": """
    offered 555.65 in 0912000111 - -
    dtmf 555.65 in 0912000111 - -
    callback_requested 555.65 in 0912000111 - -
    """,
    # Newstate is filtered out here: DialEnd and AgentConnect must suffice.
    "18_challenge_login_filter": answered("920.904") + "ended 920.904 in 0903123456 101 caller",
    "19_responses": "",
    "19b_bad_secret": "",
    # The echo test is nobody's call.
    "21_register_unregister": "",
}

AGENTS: dict[str, dict[str, str]] = {
    # Status 1 right after the call does not end wrap-up (trap 9).
    "01_incoming_answered": {"101": "ready ringing on_call wrap_up unreachable"},
    "03_blind_transfer_refer": {
        "101": "ready ringing on_call wrap_up unreachable",
        "102": "ringing on_call logged_out unreachable",
    },
    # 101 stays on the line with 102 after the citizen is gone, and has wrap-up after that.
    "03b_blind_transfer_ami": {"101": "ready ringing on_call wrap_up unreachable"},
    "05_abandon_ringing": {"101": "ready ringing ready unreachable"},
    "06_agent_login_pause": {
        "101": "ready paused:Ăn trưa ready ready paused logged_out unreachable"
    },
    "07b_ring_no_answer": {"101": "ready ringing ready ringing ready ringing ready unreachable"},
    "11_click_to_call": {"101": "ringing on_call logged_out unreachable"},
    "21_register_unregister": {"103": "logged_out on_call unreachable"},
}
