"""What every verb is made from: the parser, the call with its seat and account, the output.

Knows no verb. Start with `call.py`.
"""
