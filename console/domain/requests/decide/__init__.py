"""What a command does to a request: events, or a refusal with its code. Start with `request.py`;
`permissions.py` says who may send which command.
"""
