"""What a request is made of: its value, its events, the commands, its number, deadlines,
publication and duplicates. Knows the catalogue and the clocks. Start with `request.py`, then
`events.py`.
"""
