"""The rules of 1022: values and a `now` in, values or a refusal out; the standard library and
phonenumbers only.
"""
