"""Commands on a request: intake, steps of the switchboard, steps of an agency, drafts.

The rules stand in `domain/requests`; here they meet places and the store. Start with `intake.py`.
"""
