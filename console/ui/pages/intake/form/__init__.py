"""The form of one report: its values, what follows from them (ward, agency, deadline) and the
command that saves it. `values.py`, `proposal.py` and `save_command.py` know no widget. Start with
`presenter.py`.
"""
