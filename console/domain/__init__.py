"""The rules of 1022: values and a `now` go in, values or a refusal come out. Knows the standard
library and phonenumbers only. Start with `requests/decide/request.py` (what a command does) and
`requests/fold/request.py` (what a request is).
"""
